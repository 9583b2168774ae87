// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Fact is what is to be recorded.
type Fact struct {
	Actor       id.ID  // who; the zero id is the system itself
	Action      string // what, as chapter.verb: receipt.create
	SubjectKind string // on what: receipt
	Subject     id.ID
	Reason      string // why, in the words of the person; may be empty
	Payload     map[string]any

	Key         string // idempotency key in the caller's scope; empty: none
	Fingerprint []byte // digest of the request, to tell a repetition from a reused key
}

// Record is a stored fact.
type Record struct {
	ID          id.ID
	Seq         int64 // 0 until the sequencer has seen it
	RecordedAt  time.Time
	Actor       id.ID
	Action      string
	SubjectKind string
	Subject     id.ID
	Reason      string
	Payload     string // canonical JSON; empty when erased
	Salt        []byte // nil when erased
	Leaf        [sha256.Size]byte
}

// ErrAlready is returned with the earlier record when the key was used before
// for the same request.
var ErrAlready = errors.New("journal: key already used")

// saltSize is the number of random bytes of a commitment: 128 bits.
const saltSize = 16

// Write stores the fact in tx. The first statement of a write that carries a
// key should be this one: a repetition then costs nothing else.
func Write(ctx context.Context, tx *db.Tx, f Fact) (Record, error) {
	if f.Action == "" || f.SubjectKind == "" || f.Subject.IsZero() {
		return Record{}, fmt.Errorf("journal: a fact needs action and subject, got %q on %q", f.Action, f.SubjectKind)
	}
	payload, err := Canonical(payloadOf(f.Payload))
	if err != nil {
		return Record{}, err
	}
	r := Record{
		ID: tx.NewID(), RecordedAt: tx.Now(), Actor: f.Actor, Action: f.Action, SubjectKind: f.SubjectKind,
		Subject: f.Subject, Reason: f.Reason, Payload: string(payload), Salt: make([]byte, saltSize),
	}
	tx.Salt(r.Salt)
	r.Leaf = r.leaf()
	written, err := insertRecord(ctx, tx, r, f)
	if err != nil {
		return Record{}, fmt.Errorf("journal %s: %w", f.Action, err)
	}
	if written {
		return r, nil
	}
	return repeated(ctx, tx, f)
}

func payloadOf(m map[string]any) any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// repeated answers a fact whose key was used before.
func repeated(ctx context.Context, q db.Queryer, f Fact) (Record, error) {
	prior, fingerprint, err := recordByKey(ctx, q, f.Key)
	if err != nil {
		return Record{}, fmt.Errorf("journal %s: %w", f.Action, err)
	}
	if prior.Action != f.Action || !bytes.Equal(fingerprint, f.Fingerprint) {
		return prior, errs.New(errs.Invalid, "error.key_reused")
	}
	return prior, ErrAlready
}

// leaf computes the RFC 6962 leaf hash of the record's commitment.
func (r Record) leaf() [sha256.Size]byte {
	b := append(make([]byte, 0, 768), r.Salt...)
	commitment := sha256.Sum256(r.appendCanonical(b))
	return sha256.Sum256(append([]byte{0}, commitment[:]...))
}

// appendCanonical appends the canonical form of the record: what Canonical says
// of these fields, written down in the order of their names.
func (r Record) appendCanonical(b []byte) []byte {
	b = appendString(append(b, `{"action":`...), r.Action)
	b = appendString(append(b, `,"actor":`...), r.Actor.String())
	b = strconv.AppendInt(append(b, `,"at":`...), r.RecordedAt.UnixMicro(), 10)
	b = appendString(append(b, `,"id":`...), r.ID.String())
	b = appendString(append(b, `,"payload":`...), r.Payload)
	b = appendString(append(b, `,"reason":`...), r.Reason)
	b = appendString(append(b, `,"subject":`...), r.Subject.String())
	b = appendString(append(b, `,"subject_kind":`...), r.SubjectKind)
	return append(b, '}')
}

// Canonical returns the canonical form of the record, of which the leaf is made
// together with the salt. Of an erased record it is no more what it was.
func (r Record) Canonical() []byte { return r.appendCanonical(nil) }

// Erased reports whether the content is gone for good.
func (r Record) Erased() bool { return r.Salt == nil }

// Named returns the id under a name of the payload; the zero id when there is none,
// or when the record was erased.
func (r Record) Named(name string) id.ID {
	var payload map[string]json.RawMessage
	var found id.ID
	if json.Unmarshal([]byte(r.Payload), &payload) != nil || json.Unmarshal(payload[name], &found) != nil {
		return id.Zero
	}
	return found
}

// Verify reports whether the leaf is that of the content. An erased record has
// no content to compare and is taken as it stands.
func (r Record) Verify() bool { return r.Salt == nil || r.leaf() == r.Leaf }

// Erase removes the content of a record for good: payload, salt, reason and the
// digest of the request, from which a short payload could be guessed. Order, actor, action, subject and leaf stay. The caller journals the erasure.
func Erase(ctx context.Context, tx *db.Tx, recordID id.ID) error {
	n, err := tx.Exec(ctx, eraseRecord, recordID)
	if err != nil {
		return fmt.Errorf("journal: erase: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "journal.no_record")
	}
	return nil
}
