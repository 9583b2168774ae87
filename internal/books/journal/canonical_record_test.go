// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// TestTheFormOfARecordIsTheCanonicalOne: what is written down by hand is what
// Canonical says of the same fields, whatever they hold.
func TestTheFormOfARecordIsTheCanonicalOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\\\\x00-\x1f口罩]*`), rapid.Just("\xff\xfe"))
		r := Record{
			ID: id.Derive(text.Draw(t, "id")), RecordedAt: time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "at")), Actor: id.Derive("a"),
			Action: text.Draw(t, "action"), SubjectKind: text.Draw(t, "kind"), Subject: id.Derive("s"), Reason: text.Draw(t, "reason"), Payload: text.Draw(t, "payload"),
		}
		want, err := Canonical(map[string]any{
			"id": r.ID.String(), "at": r.RecordedAt.UnixMicro(), "actor": r.Actor.String(), "action": r.Action,
			"subject_kind": r.SubjectKind, "subject": r.Subject.String(), "reason": r.Reason, "payload": r.Payload,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.appendCanonical(nil); !bytes.Equal(got, want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}
