// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

func TestCanonicalForms(t *testing.T) {
	t.Parallel()
	type kind string
	type row struct {
		B int    `json:"b"`
		A string `json:"a,omitempty"`
	}
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, `null`},
		{true, `true`},
		{"", `""`},
		{5, `5`},
		{int64(math.MinInt64), `-9223372036854775808`},
		{uint8(7), `7`},
		{3.0, `3`},
		{json.Number("-0"), `0`},
		{kind("stock"), `"stock"`},
		{clock.Day(20200217), `"2020-02-17"`},
		{id.Zero, `""`},
		{time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC), `"2020-02-17T04:00:00Z"`},
		{map[string]any{"b": 1, "a": 2, "": 3}, `{"":3,"a":2,"b":1}`},
		{map[string]any{"口": 1, "z": 2}, `{"z":2,"口":1}`},
		{[]any{1, "x", nil, []any{}, map[string]any{}}, `[1,"x",null,[],{}]`},
		{[]string{"a"}, `["a"]`},
		{row{B: 1}, `{"b":1}`},
		{row{B: 1, A: "x"}, `{"a":"x","b":1}`},
		{"\"\\/\b\t\n\f\r\x01\x1f\x7f<>&\u2028", `"\"\\/\b\t\n\f\r\u0001\u001f` + "\x7f<>&\u2028" + `"`},
		{"bad \xff utf-8", "\"bad \ufffd utf-8\""},
	} {
		if got, err := journal.Canonical(c.value); err != nil || string(got) != c.want {
			t.Errorf("%#v: %s (%v), want %s", c.value, got, err, c.want)
		}
	}
	for _, value := range []any{1.5, math.NaN(), math.MaxFloat64, json.Number("1e400"), uint64(math.MaxUint64), map[string]any{"a": []any{0.1}}, func() {}} {
		if got, err := journal.Canonical(value); err == nil {
			t.Errorf("%#v became %s", value, got)
		}
	}
}

// FuzzCanonical requires of any JSON that its canonical form is JSON, is its own
// canonical form, and that blanks and the order of keys make no difference.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"b":1,"a":[true,null,"x\u0000\ud83d\ude00"]}`, `"\ud800"`, `-0`, `1.0`, `{"a":{"a":{}}}`, `{"\u0061":1,"b":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, err := parse(text)
		if err != nil {
			return
		}
		once, err := journal.Canonical(value)
		if err != nil {
			return
		}
		back, err := parse(once)
		if err != nil {
			t.Fatalf("%q is not JSON: %v", once, err)
		}
		if twice, err := journal.Canonical(back); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q became %q (%v)", once, twice, err)
		}
		var spaced bytes.Buffer
		if err := json.Indent(&spaced, text, " ", "\t"); err != nil {
			return
		}
		value, err = parse(spaced.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if other, err := journal.Canonical(value); err != nil || !bytes.Equal(once, other) {
			t.Fatalf("with blanks %q became %q (%v)", once, other, err)
		}
	})
}

func parse(text []byte) (v any, err error) {
	if !json.Valid(text) {
		return nil, errNotJSON
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&v)
	return v, err
}

var errNotJSON = json.Unmarshal([]byte("x"), new(any))

// TestEqualValuesHaveEqualBytes builds the same value in two ways.
func TestEqualValuesHaveEqualBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		plain := rapid.MapOf(rapid.String(), rapid.Int64()).Draw(rt, "map")
		loose := map[string]any{}
		for k, n := range plain {
			loose[k] = n
		}
		a, errA := journal.Canonical(plain)
		b, errB := journal.Canonical(loose)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			rt.Fatalf("%q (%v) and %q (%v)", a, errA, b, errB)
		}
	})
}
