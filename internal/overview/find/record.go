// SPDX-License-Identifier: Apache-2.0

package find

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/reading/text"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// spellingsOfCode are the ways in which a code that is typed may be kept: as it is, in
// capitals, in small letters, and after the L- that lots begin with.
func spellingsOfCode(words string) []string {
	code := strings.TrimSpace(text.Normalise(words))
	if len([]rune(code)) < 2 || len(code) > longest {
		return nil
	}
	capitals := strings.ToUpper(code)
	all := []string{code, capitals, strings.ToLower(code)}
	if !strings.HasPrefix(capitals, "L-") {
		all = append(all, "L-"+capitals)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lots are those whose codes begin with the words.
func (s *Service) lots(ctx context.Context, words string, in scopes) ([]Entry, error) {
	var all []Entry
	for _, code := range spellingsOfCode(words) {
		found, err := ledger.LotsByCode(ctx, s.db, code, 2*namesFound)
		if err != nil {
			return nil, fmt.Errorf("find lots by code: %w", err)
		}
		some, err := s.shown(ctx, found, in)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all[:min(len(all), namesFound)], nil
}

// shown are the lots that may be seen: of the whole house those that were not
// corrected away, of some organisations those that lie with them.
func (s *Service) shown(ctx context.Context, lots []ledger.Lot, in scopes) ([]Entry, error) {
	holders, may := in.within(Lot)
	if !may {
		return nil, nil
	}
	var all []Entry
	for _, lot := range lots {
		if len(all) == namesFound {
			break
		}
		there, err := ledger.LotBalances(ctx, s.db, lot.ID)
		if err != nil {
			return nil, fmt.Errorf("find where a lot is: %w", err)
		}
		if slices.ContainsFunc(there, func(b ledger.Balance) bool {
			if len(holders) == 0 {
				return b.Amount != 0
			}
			return b.Account.Kind == ledger.Stock && b.Amount > 0 && in.cover(Lot, b.Account.Holder)
		}) {
			all = append(all, Entry{lot.ID, Lot, lot.Code})
		}
	}
	return all, nil
}

// pointed is whom, or which ids, records are looked up by.
type pointed struct {
	party    id.ID
	from, to id.ID
}

// records returns at most limit records of each kind that may be seen, the latest of
// each kind first.
func (s *Service) records(ctx context.Context, p pointed, in scopes, limit int) (all []Entry, err error) {
	if among, may := in.within(Need); may {
		found, err := need.Briefs(ctx, s.db, need.Pointer{Recipient: p.party, From: p.from, To: p.to, Recipients: among}, limit)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			all = append(all, Entry{ID: n.ID, Kind: Need})
		}
	}
	if among, may := in.within(Receipt); may {
		found, err := receipt.Briefs(ctx, s.db, receipt.Pointer{Donor: p.party, From: p.from, To: p.to, Holders: among}, limit)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			all = append(all, Entry{ID: r.ID, Kind: Receipt})
		}
	}
	if among, may := in.within(Distribution); may {
		found, err := distribution.Briefs(ctx, s.db, distribution.Pointer{Recipient: p.party, From: p.from, To: p.to, Recipients: among}, limit)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			all = append(all, Entry{ID: d.ID, Kind: Distribution})
		}
	}
	return all, nil
}

// withID are records, organisations and lots whose ids begin with the words.
func (s *Service) withID(ctx context.Context, words string, in scopes) ([]Entry, error) {
	from, to, ok := idRange(words)
	if !ok {
		return nil, nil
	}
	all, err := s.records(ctx, pointed{from: from, to: to}, in, recordsFound)
	if err != nil {
		return nil, err
	}
	orgs, err := byIDs(ctx, s.db, from, to, recordsFound)
	if err != nil {
		return nil, err
	}
	for _, e := range orgs {
		if in.cover(Org, e.ID) {
			all = append(all, Entry{e.ID, Org, e.title})
		}
	}
	found, err := ledger.LotsBetween(ctx, s.db, from, to, recordsFound)
	if err != nil {
		return nil, fmt.Errorf("find lots by id: %w", err)
	}
	lots, err := s.shown(ctx, found, in)
	if err != nil {
		return nil, err
	}
	all = append(all, lots...)
	slices.SortFunc(all, func(a, b Entry) int { return bytes.Compare(b.ID[:], a.ID[:]) })
	return all[:min(len(all), recordsFound)], nil
}

// perKind is how many records of one kind one organisation brings.
const perKind = 3

// about are the latest records about the organisations.
func (s *Service) about(ctx context.Context, orgs []entry, in scopes) ([]Entry, error) {
	var all []Entry
	for _, o := range orgs {
		some, err := s.records(ctx, pointed{party: o.ID}, in, perKind)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			e.Title = o.title
			all = append(all, e)
		}
		if len(all) >= recordsFound {
			break
		}
	}
	return all[:min(len(all), recordsFound)], nil
}
