// SPDX-License-Identifier: Apache-2.0

package qty_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
)

// extremes draws any int64, often one near the ends of the range.
func extremes() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 3), rapid.Int64Range(math.MaxInt64-3, math.MaxInt64),
		rapid.Int64Range(math.MinInt64, math.MinInt64+3), rapid.Int64Range(1<<31, 1<<33))
}

func TestAddIsExactOrSaysThatItIsNot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := extremes().Draw(t, "a"), extremes().Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := qty.Add(a, b)
		switch {
		case exact.IsInt64() && (err != nil || got != exact.Int64()):
			t.Fatalf("%d + %d = %d, %v", a, b, got, err)
		case !exact.IsInt64() && (!errors.Is(err, qty.ErrOverflow) || got != 0):
			t.Fatalf("%d + %d = %d, %v", a, b, got, err)
		}
	})
}

func TestMulIsExactOrSaysThatItIsNot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := extremes().Draw(t, "a"), extremes().Draw(t, "b")
		exact := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		got, err := qty.Mul(a, b)
		switch {
		case a < 0 || b < 0:
			if err == nil || errors.Is(err, qty.ErrOverflow) {
				t.Fatalf("%d × %d = %d, %v", a, b, got, err)
			}
		case exact.IsInt64() && (err != nil || got != exact.Int64()):
			t.Fatalf("%d × %d = %d, %v", a, b, got, err)
		case !exact.IsInt64() && (!errors.Is(err, qty.ErrOverflow) || got != 0):
			t.Fatalf("%d × %d = %d, %v", a, b, got, err)
		}
	})
}

func TestAQuantityMustNotContradictItself(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		q    qty.Quantity
		ok   bool
	}{
		{"exactly", qty.Exactly(198, qty.Case), true},
		{"about", qty.Quantity{State: qty.About, Value: 5000, Unit: qty.Piece}, true},
		{"at least", qty.Quantity{State: qty.AtLeast, Value: 1}, true},
		{"without a unit", qty.Exactly(5, qty.NoUnit), true},
		{"nobody said", qty.Unsaid("若干"), true},
		{"nobody said, of a unit", qty.Quantity{State: qty.Unstated, Unit: qty.Case}, true},
		{"nobody said, and yet a number", qty.Quantity{State: qty.Unstated, Value: 1}, false},
		{"nothing", qty.Exactly(0, qty.Piece), false},
		{"less than nothing", qty.Exactly(-4, qty.Piece), false},
		{"about nothing", qty.Quantity{State: qty.About}, false},
		{"no state", qty.Quantity{Value: 5}, false},
		{"another state", qty.Quantity{State: "approx", Value: 5}, false},
		{"a unit that nobody knows", qty.Exactly(5, "crate"), false},
		{"the unit unknown", qty.Exactly(5, qty.Unknown), false},
	} {
		if err := tt.q.Validate(); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestBaseNeverGuessesAPack(t *testing.T) {
	t.Parallel()
	chain := qty.Pack{{Unit: qty.Bag, Of: 1}, {Unit: qty.Box, Of: 50}, {Unit: qty.Case, Of: 600}}
	for _, tt := range []struct {
		name  string
		q     qty.Quantity
		base  qty.Unit
		value int64
		known bool
		err   error
	}{
		{"in the base unit", qty.Exactly(5000, qty.Piece), qty.Piece, 5000, true, nil},
		{"in cases of 600", qty.Quantity{State: qty.Stated, Value: 198, Unit: qty.Case, Pack: chain}, qty.Piece, 118_800, true, nil},
		{"in boxes of 50", qty.Quantity{State: qty.About, Value: 3, Unit: qty.Box, Pack: chain}, qty.Piece, 150, true, nil},
		{"cases, nobody said of what", qty.Exactly(198, qty.Case), qty.Piece, 0, false, nil},
		{"barrels, the chain has none", qty.Quantity{State: qty.Stated, Value: 2, Unit: qty.Barrel, Pack: chain}, qty.Piece, 0, false, nil},
		{"pieces of what is counted in pairs", qty.Exactly(100, qty.Piece), qty.Pair, 0, false, nil},
		{"no unit", qty.Exactly(100, qty.NoUnit), qty.Piece, 0, false, nil},
		{"nobody said", qty.Unsaid("若干"), qty.Piece, 0, false, nil},
		{"no state", qty.Quantity{Value: 7, Unit: qty.Piece}, qty.Piece, 0, false, nil},
		{"too many", qty.Quantity{State: qty.Stated, Value: math.MaxInt64 / 2, Unit: qty.Case, Pack: chain}, qty.Piece, 0, false, qty.ErrOverflow},
	} {
		value, known, err := tt.q.Base(tt.base)
		if value != tt.value || known != tt.known || !errors.Is(err, tt.err) {
			t.Errorf("%s: %d, %t, %v", tt.name, value, known, err)
		}
	}
}

func TestAPackIsWrittenFromTheSmallestUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pack qty.Pack
		want string
	}{{nil, ""}, {qty.Pack{{Unit: qty.Box, Of: 50}}, "box:50"}, {qty.Pack{{Unit: qty.Box, Of: 50}, {Unit: qty.Case, Of: 600}}, "box:50>case:600"}} {
		if got := tt.pack.String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestUnitsAreListedAndTheListCannotBeSpoilt(t *testing.T) {
	t.Parallel()
	units := qty.Units()
	for _, u := range units {
		if !u.Valid() || u == qty.NoUnit {
			t.Errorf("%q is in the list", u)
		}
	}
	units[0] = "crate"
	if qty.Unit("crate").Valid() || !qty.Piece.Valid() {
		t.Error("a caller changed the list of units")
	}
	for _, u := range []qty.Unit{qty.Box, qty.Case, qty.Bag, qty.Barrel, qty.Roll, qty.Set, qty.Other} {
		if !u.IsPack() || !u.Valid() {
			t.Errorf("%s holds nothing", u)
		}
	}
	for _, u := range []qty.Unit{qty.NoUnit, qty.Piece, qty.Pair, qty.Tablet, qty.Bottle, qty.Kg, qty.Litre, qty.MilliL, qty.Unknown} {
		if u.IsPack() {
			t.Errorf("%s is a pack", u)
		}
	}
}

func TestAQuantityIsTheSameAfterJSON(t *testing.T) {
	t.Parallel()
	q := qty.Quantity{State: qty.About, Value: 200, Unit: qty.Case, Pack: qty.Pack{{Unit: qty.Case, Of: 100}}, Text: "约200箱（100只/箱）"}
	b, err := json.Marshal(q)
	const want = `{"state":"about","value":200,"unit":"case","pack":[{"unit":"case","of":100}],"as_stated":"约200箱（100只/箱）"}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	if b, err = json.Marshal(qty.Unsaid("若干")); err != nil || string(b) != `{"state":"unknown","as_stated":"若干"}` {
		t.Errorf("an unknown quantity shows a number: %s, %v", b, err)
	}
}
