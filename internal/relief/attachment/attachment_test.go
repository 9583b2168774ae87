// SPDX-License-Identifier: Apache-2.0

package attachment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
)

func TestAPhotoIsKeptWithItsRecord(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		a := k.add(t, of(need, photo(t, 9)))
		if a.Type != "image/jpeg" || a.Width != 40 || a.Height != 30 || a.Org != hospital || a.Name != "IMG_1.jpg" || a.Thumbnail == "" || a.CreatedBy != coordinator.ID {
			t.Errorf("%+v", a)
		}
		d := k.add(t, attachment.Input{Of: need, Kind: attachment.Certificate, Name: "质检 报告.PDF", Content: strings.NewReader(pdf), Size: int64(len(pdf))})
		if d.Type != "application/pdf" || d.Width != 0 || d.Thumbnail != "" || d.Name != "质检 报告.pdf" || d.Size != int64(len(pdf)) {
			t.Errorf("%+v", d)
		}
		list, err := k.List(t.Context(), coordinator, need, false)
		if err != nil || len(list) != 2 || list[0] != d || list[1] != a {
			t.Errorf("%+v (%v)", list, err)
		}
		for _, c := range []struct {
			open func(context.Context, account.Actor, id.ID) (attachment.Opened, error)
			of   attachment.Attachment
			hash string
		}{{k.Open, a, a.SHA256}, {k.OpenThumbnail, a, a.Thumbnail}, {k.Open, d, d.SHA256}} {
			o, err := c.open(t.Context(), coordinator, c.of.ID)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(o.Content)
			sum := sha256.Sum256(content)
			if err = errors.Join(err, o.Content.Close()); err != nil || hex.EncodeToString(sum[:]) != c.hash || o.Size != int64(len(content)) || o.SHA256 != c.hash {
				t.Errorf("%s: %d bytes (%v)", c.hash, len(content), err)
			}
		}
		if _, err := k.OpenThumbnail(t.Context(), coordinator, d.ID); key(err) != "attachment.no_thumbnail" {
			t.Error(err)
		}
	})
}

// TestTheJournalHoldsHashesAndNoNames: what may name a person stays out of what
// cannot be changed.
func TestTheJournalHoldsHashesAndNoNames(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		in := of(need, photo(t, 9))
		in.Title, in.Name = "planted title", "planted name.jpg"
		a := k.add(t, in)
		k.remove(t, a.ID)
		if err := journal.SequenceAll(t.Context(), k.db); err != nil {
			t.Fatal(err)
		}
		records, err := journal.After(t.Context(), k.db, 0, 10)
		if err != nil || len(records) != 2 {
			t.Fatalf("%d records (%v)", len(records), err)
		}
		received := sha256.Sum256(photo(t, 9))
		made, gone := records[0], records[1]
		if made.Action != "attachment.create" || made.Subject != a.ID || made.Named("subject") != need.ID ||
			!strings.Contains(made.Payload, a.SHA256) || !strings.Contains(made.Payload, hex.EncodeToString(received[:])) {
			t.Errorf("%+v", made)
		}
		if gone.Action != "attachment.remove" || gone.Reason != "a patient can be seen" || !strings.Contains(gone.Payload, a.SHA256) {
			t.Errorf("%+v", gone)
		}
		for _, r := range records {
			if strings.Contains(r.Payload, "planted") {
				t.Errorf("%s", r.Payload)
			}
		}
	})
}

// TestWhoMayNot: the record decides, at each fetch anew.
func TestWhoMayNot(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		own, other, bought := k.add(t, of(need, photo(t, 1))), k.add(t, of(foreign, photo(t, 2))), k.add(t, of(receipt, photo(t, 3)))
		recipient, supervisor := as(account.Recipient, hospital), as(account.Supervisor, id.Zero)
		for _, c := range []struct {
			name  string
			actor account.Actor
			a     attachment.Attachment
			read  errs.Kind // Internal: it may
			write errs.Kind
		}{
			{"nobody", account.Actor{}, own, errs.Unauthenticated, errs.Unauthenticated},
			{"somebody without a role", account.Actor{ID: id.Derive("x")}, own, errs.Forbidden, errs.Forbidden},
			{"a supervisor", supervisor, own, errs.Internal, errs.Forbidden},
			{"a recipient of its own", recipient, own, errs.Internal, errs.Internal},
			{"a recipient of another's", recipient, other, errs.Forbidden, errs.Forbidden},
			{"a recipient of a receipt", recipient, bought, errs.Forbidden, errs.Forbidden},
			{"a driver of a need", as(account.Driver, hospital), own, errs.Forbidden, errs.Forbidden},
			{"a keeper", as(account.Keeper, id.Zero), bought, errs.Internal, errs.Internal},
			{"a coordinator", coordinator, bought, errs.Internal, errs.Internal},
		} {
			check := func(what string, want errs.Kind, err error) {
				if (err == nil) != (want == errs.Internal) || err != nil && errs.KindOf(err) != want {
					t.Errorf("%s, %s: %v, want %s", c.name, what, err, want)
				}
			}
			_, err := k.Get(t.Context(), c.actor, c.a.ID)
			check("get", c.read, err)
			_, err = k.List(t.Context(), c.actor, c.a.Subject, true)
			check("list", c.read, err)
			for what, open := range map[string]func(context.Context, account.Actor, id.ID) (attachment.Opened, error){"file": k.Open, "thumbnail": k.OpenThumbnail} {
				o, err := open(t.Context(), c.actor, c.a.ID)
				check(what, c.read, err)
				if err == nil {
					o.Content.Close() //nolint:errcheck // only read
				}
			}
			_, err = k.Add(t.Context(), c.actor, of(c.a.Subject, photo(t, 77)), "")
			check("add", c.write, err)
		}
		// Neither of these learns what is not there.
		for _, c := range []struct {
			actor account.Actor
			want  errs.Kind
		}{{recipient, errs.Forbidden}, {coordinator, errs.NotFound}} {
			if _, err := k.List(t.Context(), c.actor, missing, false); errs.KindOf(err) != c.want {
				t.Errorf("list of no record: %v", err)
			}
			if _, err := k.Add(t.Context(), c.actor, of(missing, photo(t, 1)), ""); errs.KindOf(err) != c.want {
				t.Errorf("add to no record: %v", err)
			}
			if _, err := k.Open(t.Context(), c.actor, id.Derive("nothing")); errs.KindOf(err) != c.want {
				t.Errorf("open nothing: %v", err)
			}
			if _, err := k.Remove(t.Context(), c.actor, attachment.Removal{ID: id.Derive("nothing"), Reason: "x"}); errs.KindOf(err) != c.want && c.want == errs.NotFound {
				t.Errorf("remove nothing: %v", err)
			}
		}
		if _, err := k.Remove(t.Context(), recipient, attachment.Removal{ID: other.ID, Reason: "x"}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a recipient removes another's: %v", err)
		}
		if _, err := k.Remove(t.Context(), supervisor, attachment.Removal{ID: own.ID, Reason: "x"}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a supervisor removes: %v", err)
		}
		k.records[need] = another // the record passed on
		if _, err := k.OpenThumbnail(t.Context(), recipient, own.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("it was its own once: %v", err)
		}
	})
}

func TestTheSameKeyAddsOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		var all sync.WaitGroup
		made := make([]attachment.Attachment, 6)
		for i := range made {
			in := of(need, photo(t, 9))
			all.Go(func() {
				var err error
				if made[i], err = k.Add(t.Context(), coordinator, in, "one"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, a := range made {
			if a.ID != made[0].ID {
				t.Errorf("%s and %s", a.ID, made[0].ID)
			}
		}
		if n := k.count(t, "attachment"); n != 1 {
			t.Errorf("%d rows", n)
		}
		if _, err := k.Add(t.Context(), coordinator, of(need, photo(t, 10)), "one"); key(err) != "error.key_reused" {
			t.Errorf("another file under the same key: %v", err)
		}
		for range 2 {
			a, err := k.Remove(t.Context(), coordinator, attachment.Removal{ID: made[0].ID, Reason: "twice", Key: "two"})
			if err != nil || !a.Removed() || a.Name != "" {
				t.Errorf("%+v (%v)", a, err)
			}
		}
		if _, err := k.Remove(t.Context(), coordinator, attachment.Removal{ID: made[0].ID, Reason: "again", Key: "three"}); key(err) != "attachment.removed_before" {
			t.Error(err)
		}
	})
}

func TestARecordHasAtMostThirtyFiles(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for i := range attachment.MaxOfOne - 2 {
			k.add(t, of(need, photo(t, uint8(i))))
		}
		var all sync.WaitGroup
		var lock sync.Mutex
		done, refused := 0, 0
		for i := range 6 { // at once
			in := of(need, photo(t, uint8(100+i)))
			all.Go(func() {
				_, err := k.Add(t.Context(), coordinator, in, "last"+string(rune('0'+i)))
				lock.Lock()
				defer lock.Unlock()
				switch key(err) {
				case "":
					done++
				case "attachment.too_many":
					refused++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done != 2 || refused != 4 {
			t.Errorf("%d done, %d refused", done, refused)
		}
		before := k.kept(t)
		if _, err := k.Add(t.Context(), coordinator, of(need, photo(t, 200)), "more"); key(err) != "attachment.too_many" {
			t.Error(err)
		}
		if n := k.kept(t); n != before {
			t.Errorf("a refused file was kept: %d files, before %d", n, before)
		}
		for i := range 6 { // the first answer comes again, though there is no room
			_, err := k.Add(t.Context(), coordinator, of(need, photo(t, uint8(100+i))), "last"+string(rune('0'+i)))
			if err != nil && key(err) != "attachment.too_many" {
				t.Error(err)
			}
			if err == nil {
				done--
			}
		}
		if done != 0 {
			t.Errorf("%d first answers were forgotten", done)
		}
		if _, err := k.Add(t.Context(), coordinator, of(receipt, photo(t, 200)), ""); err != nil {
			t.Errorf("another record: %v", err)
		}
	})
}

func TestRefusedInputKeepsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		with := func(change func(*attachment.Input)) attachment.Input {
			in := of(need, photo(t, 9))
			change(&in)
			return in
		}
		for name, c := range map[string]struct {
			in   attachment.Input
			want string
		}{
			"another kind of record": {with(func(in *attachment.Input) { in.Of.Kind = "person" }), "error.invalid"},
			"no record":              {with(func(in *attachment.Input) { in.Of.ID = id.Zero }), "error.invalid"},
			"another kind of file":   {with(func(in *attachment.Input) { in.Kind = "selfie" }), "error.invalid"},
			"a long title":           {with(func(in *attachment.Input) { in.Title = strings.Repeat("长", 201) }), "error.invalid"},
			"a large file":           {with(func(in *attachment.Input) { in.Size = attachment.MaxSize + 1 }), "picture.too_large"},
			"an SVG":                 {with(func(in *attachment.Input) { in.Content, in.Size = strings.NewReader("<svg onload=x>"), 14 }), "picture.kind_svg"},
			"a name that lies":       {with(func(in *attachment.Input) { in.Name = "a.pdf" }), "picture.not_what_it_says"},
			"a type that lies":       {with(func(in *attachment.Input) { in.Type = "image/png" }), "picture.not_what_it_says"},
		} {
			if _, err := k.Add(t.Context(), coordinator, c.in, ""); key(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		a := k.add(t, of(need, photo(t, 9)))
		for _, reason := range []string{"", " \n", strings.Repeat("长", 2001)} {
			if _, err := k.Remove(t.Context(), coordinator, attachment.Removal{ID: a.ID, Reason: reason}); key(err) != "error.invalid" {
				t.Errorf("%d characters of reason: %v", len(reason), err)
			}
		}
		if k.count(t, "attachment") != 1 || k.count(t, "journal_record") != 1 || k.kept(t) != 2 {
			t.Errorf("%d rows, %d records, %d files", k.count(t, "attachment"), k.count(t, "journal_record"), k.kept(t))
		}
	})
}

func TestARemovedFileIsGoneAndItsRowStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		first, same, other := k.add(t, of(need, photo(t, 9))), k.add(t, of(receipt, photo(t, 9))), k.add(t, of(need, photo(t, 10)))
		if first.SHA256 != same.SHA256 || k.kept(t) != 4 {
			t.Fatalf("equal files are kept %d times", k.kept(t))
		}
		k.remove(t, first.ID)
		k.remove(t, other.ID)
		if list, err := k.List(t.Context(), coordinator, need, false); err != nil || len(list) != 0 {
			t.Errorf("%+v (%v)", list, err)
		}
		list, err := k.List(t.Context(), coordinator, need, true)
		if err != nil || len(list) != 2 || list[1].Title+list[1].Name != "" || list[1].Reason != "a patient can be seen" ||
			list[1].RemovedBy != coordinator.ID || !list[1].RemovedAt.Equal(noon) || list[1].SHA256 != first.SHA256 {
			t.Errorf("%+v (%v)", list, err)
		}
		for _, open := range []func(context.Context, account.Actor, id.ID) (attachment.Opened, error){k.Open, k.OpenThumbnail} {
			if _, err := open(t.Context(), coordinator, first.ID); key(err) != "attachment.removed" || !errs.Is(err, errs.NotFound) {
				t.Error(err)
			}
		}
		purge := func(wantRows, wantFiles int) {
			t.Helper()
			n, err := k.Purge(t.Context())
			if err != nil || n != wantRows || k.kept(t) != wantFiles {
				t.Errorf("%d purged, %d files (%v), want %d and %d", n, k.kept(t), err, wantRows, wantFiles)
			}
		}
		purge(0, 4) // a day of grace
		k.clock.Advance(24*time.Hour + time.Second)
		purge(2, 2) // the file of another record stays
		purge(0, 2)
		if o, err := k.Open(t.Context(), coordinator, same.ID); err != nil {
			t.Error(err)
		} else {
			o.Content.Close() //nolint:errcheck // only read
		}
		k.remove(t, same.ID)
		k.clock.Advance(25 * time.Hour)
		purge(1, 0)
		again := k.add(t, of(need, photo(t, 9))) // as if it had never been there
		if again.SHA256 != first.SHA256 || k.kept(t) != 2 {
			t.Errorf("%d files", k.kept(t))
		}
	})
}

// keeps says that a chapter has every file.
type keeps struct{}

func (keeps) Keeps(context.Context, db.Queryer, string) (bool, error) { return true, nil }

func TestPurgeSparesWhatAnotherChapterKeeps(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		k.remove(t, k.add(t, of(need, photo(t, 9))).ID)
		k.clock.Advance(25 * time.Hour)
		if n, err := k.Purge(t.Context()); err != nil || n != 1 || k.kept(t) != 2 {
			t.Errorf("%d purged, %d files (%v)", n, k.kept(t), err)
		}
	}, keeps{})
}

// TestAddingWhatIsBeingPurged: whoever adds a file at the moment in which the
// same one is purged gets a row whose file is there.
func TestAddingWhatIsBeingPurged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		for round := range 12 {
			content := photo(t, uint8(round))
			k.remove(t, k.add(t, of(receipt, content)).ID)
			k.clock.Advance(25 * time.Hour)
			var all sync.WaitGroup
			all.Go(func() {
				if _, err := k.Purge(t.Context()); err != nil {
					t.Error(err)
				}
			})
			var a attachment.Attachment
			all.Go(func() { a = k.add(t, of(need, content)) })
			all.Wait()
			o, err := k.Open(t.Context(), coordinator, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			o.Content.Close() //nolint:errcheck // only read
		}
	})
}

func TestALostFileIsOurFault(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, k *desk) {
		a := k.add(t, of(need, photo(t, 9)))
		if err := k.files.Remove(t.Context(), a.SHA256); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Open(t.Context(), coordinator, a.ID); errs.KindOf(err) != errs.Internal {
			t.Error(err)
		}
		var named []string
		if err := attachment.Files(t.Context(), k.db, func(f attachment.File) error { named = append(named, f.SHA256); return nil }); err != nil {
			t.Error(err)
		}
		if len(named) != 2 || named[0] != a.SHA256 || named[1] != a.Thumbnail {
			t.Errorf("%v", named)
		}
	})
}

// TestHostileNamesAreKeptHarmless adds them through the service, as a stranger's
// program would.
func TestHostileNamesAreKeptHarmless(t *testing.T) {
	t.Parallel()
	content := photo(t, 9)
	onBoth(t, func(t *testing.T, k *desk) {
		for given, want := range map[string]string{
			"../../etc/passwd":              "passwd.jpg",
			`C:\Users\x\Waybill.JPG`:        "Waybill.jpg",
			"a\r\nSet-Cookie: x=1.jpg":      "a Set-Cookie_ x=1.jpg",
			"\u202egpj.exe\u202c":           "gpj.exe.jpg",
			"=cmd|' C calc'!A0.jpeg":        "=cmd_' C calc'!A0.jpg",
			"":                              "file.jpg",
			"...":                           "file.jpg",
			".jpg":                          "file.jpg",
			"\x00\x01\x7f":                  "file.jpg",
			"\xff\xfe运单":                    "运单.jpg",
			"运单　二":                          "运单 二.jpg",
			"zero\u200bwidth\u2066.jpg":     "zerowidth.jpg",
			strings.Repeat("长", 500):        strings.Repeat("长", 196) + ".jpg",
			strings.Repeat("x", 500) + ".v": strings.Repeat("x", 196) + ".jpg",
			`<img src=x onerror=alert(1)>`:  "_img src=x onerror=alert(1)_.jpg",
		} {
			if strings.HasSuffix(given, ".exe\u202c") || strings.HasSuffix(given, "passwd") {
				given = strings.TrimSpace(given)
			}
			in := of(receipt, content)
			in.Name, in.Title = given, given[:min(len(given), 60)]
			a, err := k.Add(t.Context(), coordinator, in, "")
			if err != nil || a.Name != want {
				t.Errorf("%q became %q (%v), want %q", given, a.Name, err, want)
			}
			if strings.ContainsAny(a.Title, "\r\n\x00\u202e\u200b") || !bytes.Equal([]byte(a.Title), bytes.ToValidUTF8([]byte(a.Title), nil)) {
				t.Errorf("title %q", a.Title)
			}
		}
	})
}
