// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Fingerprint returns the digest of a request: plain data whose JSON says all of
// it. Compute it before the write: nobody else has to wait for it then.
func Fingerprint(request any) []byte {
	b, err := json.Marshal(request)
	if err != nil {
		b = fmt.Appendf(nil, "%#v", request)
	}
	h := sha256.Sum256(b)
	return h[:]
}

// Correcting completes the fact of a correction of one version of something:
// replacement is what is booked instead under the id next, or nil. A repetition
// finds the replacement by Named("replacement").
func Correcting(f Fact, version int64, replacement any, next id.ID) Fact {
	f.Payload = map[string]any{"version": version}
	if replacement != nil {
		f.Payload["replacement"] = next
	}
	if f.Key != "" {
		f.Fingerprint = Fingerprint(struct {
			Subject     id.ID
			Version     int64
			Reason      string
			Replacement any
		}{f.Subject, version, f.Reason, replacement})
	}
	return f
}
