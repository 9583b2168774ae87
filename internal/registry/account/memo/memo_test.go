// SPDX-License-Identifier: Apache-2.0

package memo

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

func TestReadBeforeARevocationIsNotRememberedAfterIt(t *testing.T) {
	t.Parallel()
	var m Memo[string]
	key := Key{1}
	_, _, round := m.Get(key)
	m.Forget()
	m.Put(key, "stale", clock.Start(), round)
	if _, found, _ := m.Get(key); found {
		t.Fatal("what was read before the revocation is remembered after it")
	}
	_, _, round = m.Get(key)
	m.Put(key, "fresh", clock.Start(), round)
	if got, found, _ := m.Get(key); !found || got != "fresh" {
		t.Fatal("what was read after it is not remembered")
	}
}

func TestNothingIsRememberedForLongerThanASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m Memo[int]
		m.Put(Key{1}, 7, clock.Start(), 0)
		time.Sleep(age - time.Millisecond)
		if _, found, _ := m.Get(Key{1}); !found {
			t.Error("forgotten too early")
		}
		time.Sleep(time.Millisecond)
		if got, found, _ := m.Get(Key{1}); found || got != 0 {
			t.Errorf("%d is still known", got)
		}
	})
}

func TestItDoesNotGrowForEver(t *testing.T) {
	t.Parallel()
	var m Memo[int]
	for i := range 3 * size {
		m.Put(Key{byte(i), byte(i >> 8)}, i, clock.Start(), 0)
	}
	if len(m.entries) > size {
		t.Errorf("%d entries", len(m.entries))
	}
}
