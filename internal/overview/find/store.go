// SPDX-License-Identifier: Apache-2.0

package find

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

const (
	upsertEntry = `
		INSERT INTO find_entry (id, title, words)
		VALUES ($1, $2, $3)
		ON CONFLICT (id)
		DO UPDATE SET title = excluded.title, words = excluded.words`

	deleteEntry = `
		DELETE FROM find_entry
		WHERE id = $1`

	deleteGrams = `
		DELETE FROM find_gram
		WHERE entry_id = $1`

	insertGram = `
		INSERT INTO find_gram (gram, entry_id)
		VALUES ($1, $2)
		ON CONFLICT DO NOTHING`

	countGram = `
		SELECT count(*)
		FROM (SELECT 1 FROM find_gram WHERE gram = $1 LIMIT 1000) AS found`

	selectEntriesHead = `
		SELECT id, title, words
		FROM find_entry`

	selectBeginning = `
		SELECT e.id, e.title, e.words
		FROM find_gram g
		JOIN find_entry e ON e.id = g.entry_id
		WHERE g.gram >= $1 AND g.gram < $2
		LIMIT $3`

	selectNamedHead = `
		SELECT e.id, e.title, e.words
		FROM find_gram g
		JOIN find_entry e ON e.id = g.entry_id`
)

func scanEntry(r *db.Rows) (e entry, err error) {
	err = r.Scan(&e.ID, &e.title, &e.words)
	return e, err
}

// put keeps an entry; the pairs of what it was called before are taken away.
func put(ctx context.Context, tx *db.Tx, e entry) error {
	if _, err := tx.Exec(ctx, upsertEntry, e.ID, e.title, e.words); err != nil {
		return fmt.Errorf("keep entry: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteGrams, e.ID); err != nil {
		return fmt.Errorf("take pairs away: %w", err)
	}
	var all []string
	for line := range strings.FieldsSeq(e.words) {
		all = append(all, grams(line)...)
	}
	slices.Sort(all)
	for _, gram := range slices.Compact(all) {
		if _, err := tx.Exec(ctx, insertGram, gram, e.ID); err != nil {
			return fmt.Errorf("keep pair: %w", err)
		}
	}
	return nil
}

// drop forgets an entry.
func drop(ctx context.Context, tx *db.Tx, entryID id.ID) error {
	for _, statement := range []string{deleteGrams, deleteEntry} {
		if _, err := tx.Exec(ctx, statement, entryID); err != nil {
			return fmt.Errorf("forget entry: %w", err)
		}
	}
	return nil
}

// probed is how many pairs of what is asked are looked up; longer words are
// compared in full afterwards.
const probed = 6

// byWords returns at most limit entries that have all pairs, the latest first. The
// rarest pair is read, the others are probed.
func byWords(ctx context.Context, q db.Queryer, wanted []string, limit int) ([]entry, error) {
	if len(wanted) == 1 && len([]rune(wanted[0])) == 1 {
		return db.All(ctx, q, selectBeginning, []any{wanted[0], wanted[0] + "\U0010ffff", limit}, scanEntry)
	}
	counts := map[string]int{}
	for _, gram := range wanted {
		n, err := db.Value[int](ctx, q, countGram, gram)
		if err != nil {
			return nil, fmt.Errorf("count a pair: %w", err)
		}
		if n == 0 {
			return nil, nil
		}
		counts[gram] = n
	}
	slices.SortStableFunc(wanted, func(a, b string) int { return counts[a] - counts[b] })
	var where db.Filter
	where.And("g.gram = ?", wanted[0])
	for _, gram := range wanted[1:min(len(wanted), probed)] {
		where.And("EXISTS (SELECT 1 FROM find_gram o WHERE o.gram = ? AND o.entry_id = g.entry_id)", gram)
	}
	query, args := where.Query(selectNamedHead, "ORDER BY g.entry_id DESC", limit)
	found, err := db.All(ctx, q, query, args, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("find by words: %w", err)
	}
	return found, nil
}

// byIDs returns at most limit entries between two ids.
func byIDs(ctx context.Context, q db.Queryer, low, high id.ID, limit int) ([]entry, error) {
	var where db.Filter
	where.And("id >= ? AND id <= ?", low, high)
	query, args := where.Query(selectEntriesHead, "ORDER BY id DESC", limit)
	found, err := db.All(ctx, q, query, args, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("find by id: %w", err)
	}
	return found, nil
}
