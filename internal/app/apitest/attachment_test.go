// SPDX-License-Identifier: Apache-2.0

package apitest_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/surface/api/v1/attach"
)

// photo is a JPEG whose comment says where it was taken.
func photo(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	comment := "30.5928N,114.3055E"
	return b.String()[:2] + "\xff\xfe\x00" + string(rune(len(comment)+2)) + comment + b.String()[2:]
}

// to is the address under which a file is added to a receipt.
func to(subject, name string) string {
	return "/api/v1/attachments?kind=waybill&title=" + url.QueryEscape("运单") + "&name=" + url.QueryEscape(name) + "&subject_kind=receipt&subject=" + subject
}

// TestAFileOfAReceipt adds a photo and a document, lists, downloads and removes them.
func TestAFileOfAReceipt(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var receipt struct{ ID string }
		h.must(t, "POST", "/api/v1/receipts", masks(600)).into(t, &receipt)
		body := photo(t)
		made := h.must(t, "POST", to(receipt.ID, "../运单 1.JPEG"), body, "Content-Type", "image/jpeg", "Idempotency-Key", "one")
		again := h.must(t, "POST", to(receipt.ID, "../运单 1.JPEG"), body, "Content-Type", "image/jpeg", "Idempotency-Key", "one")
		var a attach.Attachment
		made.into(t, &a)
		if made.status != http.StatusCreated || made.header.Get("Location") != "/api/v1/attachments/"+a.ID || !bytes.Equal(made.body, again.body) {
			t.Errorf("%d %v %s", made.status, made.header, again.body)
		}
		if a.Name != "运单 1.jpg" || a.Title != "运单" || a.Type != "image/jpeg" || a.Width != 640 || !a.Thumbnail || a.Subject != receipt.ID {
			t.Errorf("%+v", a)
		}
		var list attach.Attachments
		h.must(t, "GET", "/api/v1/attachments?subject_kind=receipt&subject="+receipt.ID, "").into(t, &list)
		if len(list.Items) != 1 || list.Items[0].SHA256 != a.SHA256 {
			t.Errorf("%+v", list)
		}
		for _, part := range []string{"file", "thumbnail"} {
			got := h.must(t, "GET", "/api/v1/attachments/"+a.ID+"/"+part, "")
			for name, want := range map[string]string{
				"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
				"Cache-Control": "private, no-cache",
			} {
				if value := got.header.Get(name); value != want {
					t.Errorf("%s, %s: %q, want %q", part, name, value, want)
				}
			}
			_, saved, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
			if err != nil || saved["filename"] == "" || bytes.Contains(got.body, []byte("30.5928N")) || !bytes.HasPrefix(got.body, []byte("\xff\xd8\xff")) {
				t.Errorf("%s: %q (%v)", part, got.header.Get("Content-Disposition"), err)
			}
			if known := h.do(t, "GET", "/api/v1/attachments/"+a.ID+"/"+part, "", "If-None-Match", got.header.Get("ETag")); known.status != http.StatusNotModified || len(known.body) > 0 {
				t.Errorf("%s again: %d", part, known.status)
			}
		}
		removal := "/api/v1/attachments/" + a.ID + "/removal"
		if none := h.do(t, "POST", removal, `{"reason":""}`).problem(t); len(none.Fields) != 1 || none.Fields[0].Name != "reason" {
			t.Errorf("%+v", none)
		}
		var gone attach.Attachment
		h.must(t, "POST", removal, `{"reason":"a patient can be seen"}`).into(t, &gone)
		if gone.RemovedAt == nil || gone.Name+gone.Title != "" || gone.Thumbnail {
			t.Errorf("%+v", gone)
		}
		if got := h.do(t, "GET", "/api/v1/attachments/"+a.ID+"/file", "").problem(t); got.Status != http.StatusNotFound || !strings.Contains(got.Title, "a patient can be seen") {
			t.Errorf("%+v", got)
		}
		h.must(t, "GET", "/api/v1/attachments?removed=true&subject_kind=receipt&subject="+receipt.ID, "").into(t, &list)
		if len(list.Items) != 1 || list.Items[0].Reason == "" {
			t.Errorf("%+v", list)
		}
	})
}

// TestFilesThatAreRefused: each answer says what to do, and keeps nothing.
func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var receipt struct{ ID string }
		h.must(t, "POST", "/api/v1/receipts", masks(600)).into(t, &receipt)
		good := to(receipt.ID, "a.jpg")
		for name, c := range map[string]struct {
			path, body, media string
			status            int
			code              string
		}{
			"an SVG with a script":  {good, "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", 415, "picture.kind_svg"},
			"a lie":                 {to(receipt.ID, "a.pdf"), photo(t), "", 415, "picture.not_what_it_says"},
			"nothing":               {good, "", "", 415, "picture.empty"},
			"too much":              {good, strings.Repeat("x", 20<<20+1), "", 413, "api.file_large"},
			"no kind":               {strings.Replace(good, "kind=waybill", "kind=", 1), photo(t), "", 422, "error.invalid"},
			"no record":             {strings.Replace(good, "subject="+receipt.ID, "subject=x", 1), photo(t), "", 422, "error.invalid"},
			"a record of no kind":   {strings.Replace(good, "subject_kind=receipt", "subject_kind=person", 1), photo(t), "", 422, "error.invalid"},
			"a record that is not":  {strings.Replace(good, "subject_kind=receipt", "subject_kind=need", 1), photo(t), "", 404, "need.not_found"},
			"an import that is not": {strings.Replace(good, "subject_kind=receipt", "subject_kind=import", 1), photo(t), "", 404, "api.not_found"},
			"a lot that is not":     {strings.Replace(good, "subject_kind=receipt", "subject_kind=lot", 1), photo(t), "", 404, "ledger.no_lot"},
		} {
			got := h.do(t, "POST", c.path, c.body, "Content-Type", c.media)
			if p := got.problem(t); p.Status != c.status || p.Code != c.code {
				t.Errorf("%s: %d %s %s", name, p.Status, p.Code, got.body)
			}
		}
		var list attach.Attachments
		h.must(t, "GET", "/api/v1/attachments?subject_kind=receipt&subject="+receipt.ID, "").into(t, &list)
		if len(list.Items) != 0 {
			t.Errorf("%+v", list)
		}
	})
}

// TestEveryKindOfRecordTakesFiles: the house knows whose each of them is.
func TestEveryKindOfRecordTakesFiles(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var one struct {
			ID, Donor, Run string
			Lines          []struct{ Lot string }
		}
		subjects := map[string]string{}
		h.must(t, "POST", "/api/v1/receipts", masks(600)).into(t, &one)
		subjects["receipt"], subjects["org"], subjects["lot"] = one.ID, one.Donor, one.Lines[0].Lot
		h.must(t, "POST", "/api/v1/needs", `{"recipient_name":"Example Hospital","lines":[{"class":"mask-surgical","quantity":{"value":5,"unit":"piece"}}]}`).into(t, &one)
		subjects["need"] = one.ID
		h.must(t, "POST", "/api/v1/funds", `{"direction":"in","channel":"bank","amount":{"amount":"5","currency":"CNY"},"occurred_at":"2020-02-03"}`).into(t, &one)
		subjects["fund"] = one.ID
		h.must(t, "POST", "/api/v1/distributions", `{"recipient_name":"Example Hospital","occurred_at":"2020-02-05","lines":[{"class":"mask-surgical","quantity":{"value":5,"unit":"piece"}}]}`).into(t, &one)
		subjects["distribution"] = one.ID
		h.must(t, "POST", "/api/v1/imports?kind=receipts&name=a.csv", "日期,捐赠单位,品名,规格,单位,数量\n2020-02-03,示例公司,医用外科口罩,,只,7\n").into(t, &one)
		subjects["import"] = one.Run
		h.token = h.tokenOf(t, account.Coordinator)
		for kind, subject := range subjects {
			path := strings.Replace(to(subject, "a.jpg"), "subject_kind=receipt", "subject_kind="+kind, 1)
			if got := h.do(t, "POST", path, photo(t)); got.status != http.StatusCreated {
				t.Errorf("%s: %d %s", kind, got.status, got.body)
			}
		}
		h.token = h.tokenOf(t, account.Supervisor)
		for kind, subject := range subjects {
			var list attach.Attachments
			h.must(t, "GET", "/api/v1/attachments?subject_kind="+kind+"&subject="+subject, "").into(t, &list)
			if len(list.Items) != 1 {
				t.Errorf("%s: %+v", kind, list)
			}
		}
	})
}

// TestTheDocumentTellsOfFiles: a client's author learns what goes in and out.
func TestTheDocumentTellsOfFiles(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, h *house) {
		var document struct {
			Paths map[string]map[string]struct {
				RequestBody struct{ Content map[string]json.RawMessage }
				Responses   map[string]struct{ Content map[string]json.RawMessage }
			}
		}
		h.must(t, "GET", "/openapi.json", "").into(t, &document)
		file := document.Paths["/api/v1/attachments/{id}/file"]["get"].Responses["200"].Content
		if len(file) != 3 || file["application/pdf"] == nil || file["application/json"] != nil {
			t.Errorf("%v", file)
		}
		if in := document.Paths["/api/v1/attachments"]["post"].RequestBody.Content; in["application/octet-stream"] == nil {
			t.Errorf("%v", in)
		}
	})
}
