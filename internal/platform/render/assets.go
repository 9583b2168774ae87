// SPDX-License-Identifier: Apache-2.0

package render

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// assetTypes are the kinds of file that may be served.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json",
}

type asset struct {
	body, packed []byte
	contentType  string
	tag          string
}

// Assets serves files whose names carry the hash of their content, so that a
// browser may keep them for ever. Immutable, safe for concurrent use.
type Assets struct {
	prefix string
	paths  map[string]string // plain name → path with hash
	files  map[string]asset  // path with hash → file
}

// NewAssets takes files by plain name (report.css) to be served under a path
// prefix (/assets/).
func NewAssets(prefix string, files map[string][]byte) (*Assets, error) {
	a := &Assets{prefix: prefix, paths: make(map[string]string), files: make(map[string]asset)}
	for name, body := range files {
		ext := path.Ext(name)
		contentType, ok := assetTypes[ext]
		if !ok {
			return nil, fmt.Errorf("asset %s: no content type for %q", name, ext)
		}
		small, err := compress(body)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		sum := sha256.Sum256(body)
		hash := base64.RawURLEncoding.EncodeToString(sum[:9])
		hashed := prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
		a.paths[name] = hashed
		a.files[hashed] = asset{body: body, packed: small, contentType: contentType, tag: `W/"` + hash + `"`}
	}
	return a, nil
}

// Path returns the address of a file by its plain name; empty when there is no
// such file.
func (a *Assets) Path(name string) string { return a.paths[name] }

// PackedSize returns the compressed size of a file in bytes, by its plain name.
func (a *Assets) PackedSize(name string) int { return len(a.files[a.paths[name]].packed) }

// Prefix returns the path under which the files are served.
func (a *Assets) Prefix() string { return a.prefix }

// ServeHTTP answers with a file, or with 404.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[r.URL.Path]
	header := w.Header()
	SecureHeaders(header)
	if !ok {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	header.Set("Content-Type", file.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("ETag", file.tag)
	header.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), file.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := file.body
	if takesGzip(r) && len(file.packed) < len(body) {
		header.Set("Content-Encoding", "gzip")
		body = file.packed
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(body); err != nil {
		return // the reader left: nobody is there to be told
	}
}
