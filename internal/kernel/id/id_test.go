// SPDX-License-Identifier: Apache-2.0

package id_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

var (
	moment    = time.Date(2020, 2, 17, 8, 0, 0, 0, time.UTC)
	version7  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	version8  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	tokenForm = regexp.MustCompile(`^[0-9A-Za-z_-]{22}$`)
)

// played is a source whose randomness is the same in every run.
func played(seed byte) *id.Source { return id.NewSource(rand.NewChaCha8([32]byte{seed})) }

// milliseconds returns the moment that a UUIDv7 carries in its first 48 bits.
func milliseconds(v id.ID) int64 {
	n := int64(0)
	for _, b := range v[:6] {
		n = n<<8 | int64(b)
	}
	return n
}

func less(a, b id.ID) bool { return bytes.Compare(a[:], b[:]) < 0 }

func TestANewIDIsAVersion7UUIDOfItsMoment(t *testing.T) {
	t.Parallel()
	v := id.NewSource(nil).New(moment)
	if !version7.MatchString(v.String()) || milliseconds(v) != moment.UnixMilli() {
		t.Errorf("%s carries %d", v, milliseconds(v))
	}
	if !strings.HasPrefix(v.String(), "01705229-4000-7") { // 0x017052294000 = 1581926400000
		t.Errorf("%s", v)
	}
}

func TestIDsOfOneSourceAscendWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, last := played(1), id.Zero
		for range rapid.IntRange(1, 50).Draw(t, "ids") {
			step := rapid.Int64Range(-3_000, 3_000).Draw(t, "milliseconds")
			v := s.New(moment.Add(time.Duration(step) * time.Millisecond))
			if !less(last, v) {
				t.Fatalf("%s follows %s", v, last)
			}
			if !version7.MatchString(v.String()) {
				t.Fatal(v)
			}
			last = v
		}
	})
}

func TestTheFloorOfAMillisecondParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		when := time.UnixMicro(rapid.Int64Range(-1_000_000, 4e15).Draw(t, "microseconds"))
		own, floor := played(1).New(when), id.Floor(when)
		if !version7.MatchString(floor.String()) || less(own, floor) {
			t.Fatalf("%s is below the floor %s", own, floor)
		}
		if before := when.Add(-time.Millisecond); before.UnixMilli() >= 0 {
			if v := played(2).New(before); !less(v, floor) {
				t.Fatalf("%s of the millisecond before is not below %s", v, floor)
			}
		}
		var one [16]byte = floor
		for i := len(one) - 1; i >= 0; i-- { // the ID just below is none of this millisecond
			one[i]--
			if one[i] != 0xff {
				break
			}
		}
		if below := id.ID(one); when.UnixMilli() > 0 && version7.MatchString(below.String()) {
			t.Fatalf("%s is an ID below the floor of its millisecond", below)
		}
	})
}

func TestMoreThan4096IDsInOneMillisecondAscend(t *testing.T) {
	t.Parallel()
	s, last := played(1), id.Zero
	for range 10_000 {
		v := s.New(moment)
		if !less(last, v) || !version7.MatchString(v.String()) {
			t.Fatalf("%s follows %s", v, last)
		}
		last = v
	}
	if ahead := milliseconds(last) - moment.UnixMilli(); ahead != 2 {
		t.Errorf("10,000 IDs took %d milliseconds of the future", ahead)
	}
}

func TestAClockBefore1970SpoilsNothing(t *testing.T) {
	t.Parallel()
	s := played(1)
	first, second := s.New(time.Time{}), s.New(moment)
	if milliseconds(first) != 0 || milliseconds(second) != moment.UnixMilli() || !less(first, second) {
		t.Errorf("%s, then %s", first, second)
	}
}

func TestIDsAreUniqueOverGoroutinesAndAscendInEach(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 2_000
	s := id.NewSource(nil)
	made := make([][]id.ID, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for range each {
				made[w] = append(made[w], s.New(moment))
			}
		})
	}
	wait.Wait()
	seen := map[id.ID]bool{}
	for _, ids := range made {
		for i, v := range ids {
			if seen[v] || i > 0 && !less(ids[i-1], v) {
				t.Fatalf("%s comes twice or out of order", v)
			}
			seen[v] = true
		}
	}
	if len(seen) != workers*each {
		t.Errorf("%d different IDs", len(seen))
	}
}

func TestTwoSourcesDoNotMeet(t *testing.T) {
	t.Parallel()
	a, b := id.NewSource(nil), id.NewSource(nil)
	if a.New(moment) == b.New(moment) || a.Token() == b.Token() {
		t.Error("two sources made the same")
	}
}

func TestAStoryPlayedTwiceMakesTheSameRecords(t *testing.T) {
	t.Parallel()
	a, b, other := played(1), played(1), played(2)
	for range 100 {
		x, y, z := a.New(moment), b.New(moment), other.New(moment)
		if x != y || x == z || a.Token() != b.Token() {
			t.Fatalf("%s, %s, %s", x, y, z)
		}
	}
}

func TestParseReadsTheCanonicalForm(t *testing.T) {
	t.Parallel()
	const canonical = "01705200-8800-7abc-8def-0123456789ab"
	for _, tt := range []struct {
		text string
		ok   bool
	}{
		{canonical, true},
		{strings.ToUpper(canonical), true},
		{strings.ReplaceAll(canonical, "-", ""), false},
		{"{" + canonical + "}", false},
		{"urn:uuid:" + canonical, false},
		{canonical[:35], false},
		{canonical + "0", false},
		{" " + canonical[:35], false},
		{strings.Replace(canonical, "a", "g", 1), false},
		{strings.Replace(canonical, "-", "_", 1), false},
		{"0170520-08800-7abc-8def-0123456789ab", false},
		{"", false},
	} {
		v, err := id.Parse(tt.text)
		switch {
		case tt.ok && (err != nil || v.String() != canonical):
			t.Errorf("Parse(%q) = %s, %v", tt.text, v, err)
		case !tt.ok && (!errors.Is(err, id.ErrSyntax) || !v.IsZero()):
			t.Errorf("Parse(%q) = %s, %v", tt.text, v, err)
		}
	}
}

func TestEveryIDIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var v id.ID
		copy(v[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		if got, err := id.Parse(v.String()); err != nil || got != v {
			t.Fatalf("%s became %s, %v", v, got, err)
		}
		b, err := v.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		got := id.Derive("something else")
		if err := got.UnmarshalText(b); err != nil || got != v {
			t.Fatalf("%s became %s, %v", v, got, err)
		}
	})
}

func TestTheZeroIDIsEmptyInJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(map[string]id.ID{"lot": id.Zero})
	if err != nil || string(b) != `{"lot":""}` || !id.Zero.IsZero() {
		t.Errorf("%s, %v", b, err)
	}
	v := id.Derive("x")
	if err := json.Unmarshal([]byte(`""`), &v); err != nil || !v.IsZero() {
		t.Errorf("%s, %v", v, err)
	}
	if err := json.Unmarshal([]byte(`"lot 17"`), &v); !errors.Is(err, id.ErrSyntax) {
		t.Error(err)
	}
}

func TestADerivedIDIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		parts []string
		want  string // stored in books: may never change
	}{
		{[]string{"account", "stock", "CNY"}, "a7bfe1a3-94de-8df4-8bb3-c173d1beabaa"},
		{[]string{"示例市第一医院"}, "3cfb2826-9066-8587-9b5e-f39b8d1c1ac6"},
		{nil, "e3b0c442-98fc-8c14-9afb-f4c8996fb924"},
	} {
		if got := id.Derive(tt.parts...).String(); got != tt.want || !version8.MatchString(got) {
			t.Errorf("Derive(%q) = %s, want %s", tt.parts, got, tt.want)
		}
	}
}

func TestDerivedIDsDifferWhereThePartsDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.StringOf(rapid.RuneFrom([]rune{'a', 'b', 0}))) // few signs: they meet often
		a, b := parts.Draw(t, "a"), parts.Draw(t, "b")
		same := len(a) == len(b)
		for i := range a {
			same = same && a[i] == b[i]
		}
		if (id.Derive(a...) == id.Derive(b...)) != same {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestATokenHas128RandomBits(t *testing.T) {
	t.Parallel()
	s, seen := id.NewSource(nil), map[string]bool{}
	for range 1_000 {
		token := s.Token()
		if !tokenForm.MatchString(token) || seen[token] {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
}

func TestSaltComesInAnySize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 16, 511, 512, 513, 5_000} {
		salt := make([]byte, n)
		played(1).Salt(salt)
		zeros := bytes.Count(salt, []byte{0})
		if n >= 16 && zeros > n/4 {
			t.Errorf("%d of %d bytes of salt are zero", zeros, n)
		}
	}
}

func TestWithoutRandomnessNothingIsMade(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("an ID was made without randomness")
		}
	}()
	id.NewSource(io.LimitReader(rand.NewChaCha8([32]byte{}), 100)).New(moment)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"01705200-8800-7abc-8def-0123456789ab", "01705200-8800-7ABC-8DEF-0123456789AB", "", strings.Repeat("-", 36), strings.Repeat("0", 36)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := id.Parse(s)
		if err != nil {
			if !v.IsZero() || !errors.Is(err, id.ErrSyntax) {
				t.Fatalf("%q is refused with %v and yet %s", s, err, v)
			}
			return
		}
		if v.String() != strings.ToLower(s) {
			t.Fatalf("%q became %s", s, v)
		}
	})
}
