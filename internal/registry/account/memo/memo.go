// SPDX-License-Identifier: Apache-2.0

// Package memo remembers who is who for a moment, so that a busy program or page
// does not read its row with every request, and nobody stays known for longer
// than a second after another process has shut them out.
package memo

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

const (
	age  = time.Second // how long a revocation by another process may go unnoticed
	size = 4096        // entries; when full, it is emptied: reading again is cheap
)

// Key is the digest of the whole secret: only who knows it gets the fast answer,
// so speed tells nobody else that something exists.
type Key = [sha256.Size]byte

// Memo remembers what was good. The zero Memo is empty; it is safe for concurrent
// use.
//
// Invariant: nothing is put in that was read before the last Forget.
type Memo[V any] struct {
	mu      sync.Mutex
	entries map[Key]entry[V]
	round   uint64 // counts the calls of Forget
}

type entry[V any] struct {
	value V
	at    time.Time // of clock.Start
}

// Get returns what was put under the key less than a second ago. The round is
// for Put.
func (m *Memo[V]) Get(key Key) (value V, found bool, round uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, found := m.entries[key]
	if found && clock.Since(e.at) >= age {
		delete(m.entries, key)
		var none V
		return none, false, m.round
	}
	return e.value, found, m.round
}

// Put remembers what was read at `at` or later, after Get returned round. It
// does nothing when something was forgotten since.
func (m *Memo[V]) Put(key Key, value V, at time.Time, round uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if round != m.round {
		return
	}
	if m.entries == nil || len(m.entries) >= size {
		m.entries = make(map[Key]entry[V])
	}
	m.entries[key] = entry[V]{value, at}
}

// Forget drops everything. Revocations are rare.
func (m *Memo[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.round++
	m.entries = nil
}
