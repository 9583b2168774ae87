// SPDX-License-Identifier: Apache-2.0

package httpx

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Download is a file that a stranger may have sent, on its way to a reader.
type Download struct {
	Name    string // as it is saved; any characters
	Type    string // media type
	Tag     string // of the content: its hash; letters and digits
	Size    int64  // bytes
	Content io.Reader
}

// WriteDownload sends the file so that a browser saves it and never runs it: as an
// attachment, of the type that is said and no other, in a sandbox. It may be kept
// by the reader's browser only, which has to ask each time: who lost the right to
// see it gets it no more. Pictures of it may still be shown by a page of ours.
func WriteDownload(w http.ResponseWriter, r *http.Request, d Download) error {
	header := w.Header()
	header.Set("Content-Disposition", disposition(d.Name))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "private, no-cache")
	tag := `"` + d.Tag + `"`
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	header.Set("Content-Type", d.Type)
	header.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := io.CopyN(w, d.Content, d.Size)
	return err
}

// disposition names the file twice (RFC 6266): in ASCII for the oldest readers, and
// in full as RFC 5987 says.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%;`, r) {
			return '_'
		}
		return r
	}, name)
	value := mime.FormatMediaType("attachment", map[string]string{"filename": ascii})
	if value == "" {
		value = "attachment"
	}
	return value + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
