// SPDX-License-Identifier: Apache-2.0

package attach_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app/apptest"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

var (
	aNeed = regexp.MustCompile(`href="(/desk/needs/[0-9a-f-]{36})"`)
	aFile = regexp.MustCompile(`/desk/attachments/[0-9a-f-]{36}`)
)

func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send posts the form with a file as a browser does; without a name none was chosen.
func send(t *testing.T, h *apptest.House, role account.Role, values url.Values, name string, content []byte) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field := range values {
		if err := w.WriteField(field, values.Get(field)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return post(h, role, w.FormDataContentType(), &body)
}

func post(h *apptest.House, role account.Role, kind string, body *bytes.Buffer) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/desk/attachments", body)
	r.Header.Set("Content-Type", kind)
	r.AddCookie(&http.Cookie{Name: apptest.RoleCookie, Value: string(role)})
	recorder := httptest.NewRecorder()
	h.Handler.ServeHTTP(recorder, r)
	return recorder
}

// open starts the house and returns the page of a need, and the form on it.
func open(t *testing.T) (h *apptest.House, need string, values url.Values) {
	t.Helper()
	h = apptest.Open(t)
	need = aNeed.FindStringSubmatch(h.Get(t, account.Coordinator, "/desk/needs").Body.String())[1]
	values = apptest.Form(t, h.Get(t, account.Coordinator, need).Body, "/desk/attachments")
	values.Del("file")
	return h, need, values
}

func TestAPhotoIsAddedShownSavedAndRemoved(t *testing.T) {
	t.Parallel()
	h, need, values := open(t)
	values.Set("kind", "waybill")
	values.Set("title", "<script>alert(1)</script> \u202e运单")
	for range 2 { // a double click
		if w := send(t, h, account.Coordinator, values, "a.jpg", photo(t)); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), need+"?") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	page := h.Get(t, account.Coordinator, need+"?done=attached").Body.String()
	for _, want := range []string{"附件已添加", "&lt;script&gt;alert(1)&lt;/script&gt; 运单", `width="320" height="240"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	address := aFile.FindString(page)
	if n := strings.Count(page, `class="attach__one"`); n != 1 || address == "" {
		t.Fatalf("%d files", n)
	}
	for _, part := range []string{"/file", "/thumbnail"} {
		w := h.Get(t, account.Supervisor, address+part)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment;") ||
			w.Header().Get("Content-Security-Policy") != "sandbox; default-src 'none'" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", part, w.Code, w.Header())
		}
		if w := h.Get(t, account.Driver, address+part); w.Code != http.StatusForbidden {
			t.Errorf("%s for a driver: %d", part, w.Code)
		}
		if w := h.Get(t, "", address+part); w.Code != http.StatusSeeOther || w.Body.Len() > 1000 {
			t.Errorf("%s for nobody: %d", part, w.Code)
		}
	}
	if page := h.Get(t, account.Supervisor, need).Body.String(); strings.Contains(page, "/remove") || strings.Contains(page, `action="/desk/attachments"`) {
		t.Error("a supervisor is offered to change something")
	}
	reason := apptest.Form(t, h.Get(t, account.Coordinator, need).Body, address+"/remove")
	if w := h.Post(t, account.Coordinator, address+"/remove", reason); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	reason.Set("reason", "拍到了病人")
	if w := h.Post(t, account.Coordinator, address+"/remove", reason); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page = h.Get(t, account.Coordinator, need).Body.String()
	if !strings.Contains(page, "拍到了病人") || strings.Contains(page, "attach__one") || h.Get(t, account.Coordinator, address+"/file").Code != http.StatusNotFound {
		t.Error("the file is still there, or the page does not say why it is not")
	}
}

func TestWrongFilesAreSaidBesideTheField(t *testing.T) {
	t.Parallel()
	h, need, values := open(t)
	for name, c := range map[string]struct {
		file    string
		content []byte
		says    string
	}{
		"none chosen":  {"", nil, "请选择文件"},
		"an SVG":       {"a.svg", []byte("<svg onload=alert(1)>"), "不接受 SVG"},
		"a lie":        {"a.pdf", photo(t), "文件自称是 .pdf，内容却是 JPG"},
		"cut off":      {"a.jpg", photo(t)[:300], "文件已损坏"},
		"far too much": {"a.jpg", make([]byte, 21<<20), "文件超过 20 MB"},
	} {
		values.Set("title", "请留下 <b>这句话</b>")
		w := send(t, h, account.Coordinator, values, c.file, c.content)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) || !strings.Contains(page, `href="#f-file"`) ||
			!strings.Contains(page, "请留下 &lt;b&gt;这句话") || !strings.Contains(page, need) {
			t.Errorf("%s: %d, the page does not say %s", name, w.Code, c.says)
		}
	}
	if w := send(t, h, account.Supervisor, values, "a.jpg", photo(t)); w.Code != http.StatusForbidden {
		t.Errorf("a supervisor: %d", w.Code)
	}
	if page := h.Get(t, account.Coordinator, need).Body.String(); strings.Contains(page, "attach__one") {
		t.Error("a refused file was kept")
	}
}

// TestBrokenForms: what no browser sends is refused, whatever it is.
func TestBrokenForms(t *testing.T) {
	t.Parallel()
	h, _, values := open(t)
	field := func(name, value string) string {
		return fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
	}
	for name, body := range map[string]string{
		"nothing":             "",
		"no end":              field("kind", "photo"),
		"a long field":        field("title", strings.Repeat("x", 33<<10)) + "--b--\r\n",
		"NUL":                 field("title", "a\x00b") + "--b--\r\n",
		"no text":             field("title", "\xff\xfe") + "--b--\r\n",
		"many fields":         strings.Repeat(field("x", "y"), 17) + "--b--\r\n",
		"no record":           field("once", values.Get("once")) + "--b--\r\n",
		"a record of no kind": field("once", values.Get("once")) + field("subject", "x") + "--b--\r\n",
		"no key":              field("subject", values.Get("subject")) + field("subject_kind", "need") + "--b--\r\n",
	} {
		if w := post(h, account.Coordinator, "multipart/form-data; boundary=b", bytes.NewBufferString(body)); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := h.Post(t, account.Coordinator, "/desk/attachments", values); w.Code != http.StatusBadRequest {
		t.Errorf("a form without parts: %d", w.Code)
	}
}
