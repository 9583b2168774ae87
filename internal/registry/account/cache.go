// SPDX-License-Identifier: Apache-2.0

package account

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

const (
	cacheAge  = time.Second // how long a revocation by another process may go unnoticed
	cacheSize = 4096        // tokens; when full, it is emptied: reading again is cheap
)

// cache remembers good tokens for a moment, so that a busy program does not read
// its row with every request. It is keyed by the digest of the whole text: only
// who knows the secret gets the fast answer, so speed tells nobody else that a
// token exists.
//
// Invariant: nothing is put in that was read before the last forget.
type cache struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]remembered
	round   uint64 // counts the calls of forget
}

type remembered struct {
	token Token
	at    time.Time // of clock.Start
}

// get returns the token that was put for the text less than cacheAge ago. The
// round is for put.
func (c *cache) get(key [sha256.Size]byte) (t Token, found bool, round uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, found := c.entries[key]
	if found && clock.Since(e.at) >= cacheAge {
		delete(c.entries, key)
		found = false
	}
	return e.token, found, c.round
}

// put remembers a token that was read at `at` or later, after get returned
// round. It does nothing when there was a revocation since.
func (c *cache) put(key [sha256.Size]byte, t Token, at time.Time, round uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round != c.round {
		return
	}
	if c.entries == nil || len(c.entries) >= cacheSize {
		c.entries = make(map[[sha256.Size]byte]remembered)
	}
	c.entries[key] = remembered{t, at}
}

// forget drops everything. Revocations are rare.
func (c *cache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.round++
	c.entries = nil
}
