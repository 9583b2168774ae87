// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"encoding/base64"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/page"
)

// position is a sort key as lists have them.
type position struct {
	Day clock.Day `json:"d"`
	ID  id.ID     `json:"i"`
	N   int64     `json:"n"`
}

func TestACursorIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := position{
			clock.Day(20200101).Add(rapid.IntRange(0, 20000).Draw(t, "day")),
			id.Derive(rapid.String().Draw(t, "id")),
			rapid.Int64().Draw(t, "n"),
		}
		var got position
		if err := page.Decode(page.Encode(want), &got); err != nil || got != want {
			t.Fatalf("%+v became %+v, %v", want, got, err)
		}
	})
}

func TestAnyTextCanBeASortKey(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"", "示例市 第一医院", "<&>\u2028\x00", `"\`, "null"} {
		var got string
		if err := page.Decode(page.Encode(want), &got); err != nil || got != want {
			t.Errorf("%q became %q, %v", want, got, err)
		}
	}
}

func TestAForgedCursorIsRefused(t *testing.T) {
	t.Parallel()
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	good := page.Encode(position{20200217, id.Derive("x"), 7})
	for name, cursor := range map[string]string{
		"empty":                    "",
		"not base64":               "%%%",
		"padded":                   raw(`{"d":"","i":"","n":1}`) + "=",
		"cut":                      good[:len(good)-3],
		"with a line break":        good[:8] + "\n" + good[8:],
		"with a second value":      raw(`{"d":"","i":"","n":1}{}`),
		"no JSON":                  raw("position"),
		"nothing said":             raw("null"),
		"no field":                 raw("{}"),
		"a field is missing":       raw(`{"d":"2020-02-17","n":7}`),
		"of another list":          page.Encode(struct{ Run, N int }{1, 2}),
		"a field too many":         raw(`{"d":"","i":"","n":1,"admin":true}`),
		"a field twice":            raw(`{"d":"","i":"","n":1,"n":2}`),
		"other capitals":           raw(`{"D":"","I":"","N":1}`),
		"a text for a number":      raw(`{"d":"","i":"","n":"1"}`),
		"a number with decimals":   raw(`{"d":"","i":"","n":1.5}`),
		"a number too large":       raw(`{"d":"","i":"","n":99999999999999999999}`),
		"no day":                   raw(`{"d":"2020-02-30","i":"","n":1}`),
		"no id":                    raw(`{"d":"","i":"'; DROP TABLE receipt; --","n":1}`),
		"a list in place of a key": raw(`[1,2,3]`),
	} {
		var p position
		if err := page.Decode(cursor, &p); !errs.Is(err, errs.Malformed) || errs.As(err).Key != "error.cursor" {
			t.Errorf("%s: %q was read as %+v, %v", name, cursor, p, err)
		}
	}
}

func TestAPageHasBetweenOneAndMaxLimitRows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ asked, want int }{
		{0, page.DefaultLimit}, {-1, page.DefaultLimit}, {1, 1}, {50, 50}, {page.MaxLimit, page.MaxLimit}, {page.MaxLimit + 1, page.MaxLimit}, {1 << 40, page.MaxLimit},
	} {
		if got := (page.Request{Limit: tt.asked}).Rows(); got != tt.want {
			t.Errorf("%d rows asked, %d given, want %d", tt.asked, got, tt.want)
		}
	}
}

// list returns the page of the numbers 0 to n-1 after a cursor, as a store does.
func list(t *rapid.T, n int, r page.Request) page.Page[int] {
	first := 0
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &first); err != nil {
			t.Fatal(err)
		}
		first++
	}
	var rows []int
	for i := first; i < n && len(rows) <= r.Rows(); i++ {
		rows = append(rows, i)
	}
	return page.Cut(rows, r.Rows(), func(i int) string { return page.Encode(i) })
}

func TestFollowingTheCursorsShowsEveryRowOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, limit := rapid.IntRange(0, 200).Draw(t, "rows"), rapid.IntRange(1, 60).Draw(t, "limit")
		var seen []int
		for r := (page.Request{Limit: limit}); ; {
			p := list(t, n, r)
			if len(p.Items) > limit || len(p.Items) == 0 && n > 0 {
				t.Fatalf("a page of %d rows", len(p.Items))
			}
			seen = append(seen, p.Items...)
			if r.Cursor = p.Next; r.Cursor == "" {
				break
			}
		}
		if len(seen) != n || !slices.IsSorted(seen) || n > 0 && seen[n-1] != n-1 {
			t.Fatalf("%d rows were shown as %v", n, seen)
		}
	})
}

func TestTheLastPageHasNoCursor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rows []int
		next string
	}{{nil, ""}, {[]int{1}, ""}, {[]int{1, 2}, ""}, {[]int{1, 2, 3}, "2"}} {
		p := page.Cut(tt.rows, 2, strconv.Itoa)
		if p.Next != tt.next || len(p.Items) != min(2, len(tt.rows)) {
			t.Errorf("%v: %+v", tt.rows, p)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "e30", "bnVsbA", page.Encode(position{20200217, id.Derive("x"), 7}), page.Encode(17), "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		var p position
		err := page.Decode(cursor, &p)
		if err != nil {
			if !errs.Is(err, errs.Malformed) {
				t.Fatalf("%q: %v", cursor, err)
			}
			return
		}
		if page.Encode(p) != cursor {
			t.Fatalf("%q was read as %+v, whose cursor is %q", cursor, p, page.Encode(p))
		}
	})
}
