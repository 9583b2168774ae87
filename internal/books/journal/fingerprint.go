// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
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
