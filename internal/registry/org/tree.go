// SPDX-License-Identifier: Apache-2.0

package org

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// treeAge is how long a change of the tree by another process may go unnoticed.
const treeAge = time.Second

// tree keeps in memory which organisation is below which: whoever asks for a
// permission asks it. Most organisations stand alone and are not in it.
//
// Invariant: known was read after the last change that this process made.
type tree struct {
	known atomic.Pointer[branches]
	read  sync.Mutex    // held while the tree is read
	round atomic.Uint64 // counts the changes that this process made
}

// branches is the tree at one moment.
type branches struct {
	parent   map[id.ID]id.ID
	children map[id.ID][]id.ID
	at       time.Time // of clock.Start
	round    uint64
}

func newBranches(edges []edge, at time.Time, round uint64) *branches {
	b := &branches{parent: make(map[id.ID]id.ID, len(edges)), children: map[id.ID][]id.ID{}, at: at, round: round}
	for _, e := range edges {
		b.parent[e.child] = e.parent
		b.children[e.parent] = append(b.children[e.parent], e.child)
	}
	return b
}

// now returns the tree. After a change by this process everybody waits for the
// new one; when it has only grown old, one reads and the others go on.
func (t *tree) now(ctx context.Context, q db.Queryer) (*branches, error) {
	b := t.known.Load()
	switch {
	case b == nil || b.round != t.round.Load():
		t.read.Lock()
	case clock.Since(b.at) < treeAge || !t.read.TryLock():
		return b, nil
	}
	defer t.read.Unlock()
	if b = t.known.Load(); b != nil && b.round == t.round.Load() && clock.Since(b.at) < treeAge {
		return b, nil // somebody else has just read it
	}
	round, at := t.round.Load(), clock.Start()
	edges, err := readEdges(ctx, q)
	if err != nil {
		return nil, err
	}
	b = newBranches(edges, at, round)
	t.known.Store(b)
	return b, nil
}

// changed makes the next question read the tree again.
func (t *tree) changed() { t.round.Add(1) }

// Above implements account.Tree.
func (s *Service) Above(ctx context.Context, orgID id.ID) ([]id.ID, error) {
	b, err := s.tree.now(ctx, s.db)
	if err != nil {
		return nil, err
	}
	var above []id.ID
	for parent, ok := b.parent[orgID]; ok && len(above) <= deepest; parent, ok = b.parent[parent] {
		above = append(above, parent)
	}
	return above, nil
}

// Below implements account.Tree.
func (s *Service) Below(ctx context.Context, orgs []id.ID) ([]id.ID, error) {
	b, err := s.tree.now(ctx, s.db)
	if err != nil {
		return nil, err
	}
	seen := make(map[id.ID]bool, len(orgs))
	all := []id.ID{}
	for next := slices.Clone(orgs); len(next) > 0; {
		orgID := next[len(next)-1]
		next = next[:len(next)-1]
		if !seen[orgID] {
			seen[orgID] = true
			all = append(all, orgID)
			next = append(next, b.children[orgID]...)
		}
	}
	slices.SortFunc(all, func(x, y id.ID) int { return bytes.Compare(x[:], y[:]) })
	return all, nil
}
