// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"mime"
	"path"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// Type is the media type of a file that may be kept.
type Type string

// The types.
const (
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp" // taken, and kept as JPEG or PNG
	PDF  Type = "application/pdf"
)

// Extension is how names of such files end.
func (t Type) Extension() string {
	switch t {
	case JPEG:
		return ".jpg"
	case PNG:
		return ".png"
	case WebP:
		return ".webp"
	case PDF:
		return ".pdf"
	}
	return ""
}

// headSize is how much of a file decides what it is.
const headSize = 512

// signature tells one kind of file by its first bytes.
type signature struct {
	at    int    // where the mark stands
	mark  string // what stands there
	kind  Type   // empty: refused
	named string // last word of the message that refuses it
}

// signatures are tried in this order.
var signatures = []signature{
	{0, "\xff\xd8\xff", JPEG, ""},
	{0, "\x89PNG\r\n\x1a\n", PNG, ""},
	{8, "WEBP", WebP, ""},
	{0, "%PDF-", PDF, ""},
	{0, "GIF87a", "", "gif"},
	{0, "GIF89a", "", "gif"},
	{0, "II*\x00", "", "tiff"},
	{0, "MM\x00*", "", "tiff"},
	{0, "BM", "", "bmp"},
	{4, "ftypheic", "", "heic"},
	{4, "ftypheix", "", "heic"},
	{4, "ftypheim", "", "heic"},
	{4, "ftyphevc", "", "heic"},
	{4, "ftypmif1", "", "heic"},
	{4, "ftypmsf1", "", "heic"},
	{4, "ftypavif", "", "heic"},
	{4, "ftyp", "", "video"},
	{0, "PK\x03\x04", "", "office"}, // DOCX and XLSX are archives
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "office"},
	{0, "Rar!", "", "archive"},
	{0, "7z\xbc\xaf\x27\x1c", "", "archive"},
	{0, "\x1f\x8b", "", "archive"},
}

// sniff says what a file is by its first bytes.
func sniff(head []byte) (Type, error) {
	if len(head) == 0 {
		return "", errs.New(errs.Unsupported, "picture.empty")
	}
	for _, s := range signatures {
		if len(head) < s.at || !bytes.HasPrefix(head[s.at:], []byte(s.mark)) {
			continue
		}
		if s.kind == WebP && !bytes.HasPrefix(head, []byte("RIFF")) {
			continue
		}
		if s.kind != "" {
			return s.kind, nil
		}
		return "", errs.New(errs.Unsupported, "picture.kind_"+s.named)
	}
	return "", errs.New(errs.Unsupported, "picture.kind_"+markup(head))
}

// markup tells text with commands from everything else that is unknown.
func markup(head []byte) string {
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n\x00"))
	switch {
	case !strings.HasPrefix(text, "<"):
		return "unknown"
	case strings.Contains(text, "<svg"):
		return "svg"
	}
	return "html"
}

// endings are the names' ends that promise something, and what they promise. An
// end that is not here promises nothing: it is a part of the name.
var endings = map[string]Type{
	".jpg": JPEG, ".jpeg": JPEG, ".jpe": JPEG, ".jfif": JPEG, ".png": PNG, ".webp": WebP, ".pdf": PDF,
	".gif": "image/gif", ".heic": "image/heic", ".heif": "image/heic", ".avif": "image/avif", ".tif": "image/tiff", ".tiff": "image/tiff",
	".bmp": "image/bmp", ".svg": "image/svg+xml", ".svgz": "image/svg+xml", ".htm": "text/html", ".html": "text/html", ".xhtml": "text/html",
	".xml": "text/xml", ".txt": "text/plain", ".csv": "text/csv", ".js": "text/javascript", ".mht": "text/html", ".doc": "application/msword",
	".docx": "application/msword", ".xls": "application/excel", ".xlsx": "application/excel", ".ppt": "application/powerpoint",
	".pptx": "application/powerpoint", ".zip": "application/zip", ".rar": "application/zip", ".exe": "application/x-program",
	".com": "application/x-program", ".bat": "application/x-program", ".cmd": "application/x-program", ".scr": "application/x-program",
	".lnk": "application/x-program", ".jar": "application/x-program", ".apk": "application/x-program", ".sh": "application/x-program",
	".php": "application/x-program", ".mp4": "video/mp4", ".mov": "video/quicktime",
}

// otherNames are media types that mean one of ours.
var otherNames = map[string]Type{"image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "application/x-pdf": PDF}

// claims returns an error when the file's name or the media type that came with
// it promise something else than the content holds.
func claims(f File, is Type) error {
	ending := strings.ToLower(path.Ext(f.Name))
	if promised, known := endings[ending]; known && promised != is {
		return errs.New(errs.Unsupported, "picture.not_what_it_says", "claim", ending, "is", strings.ToUpper(is.Extension()[1:]))
	}
	media := mediaType(f.Type)
	promised := Type(media)
	if other, ok := otherNames[media]; ok {
		promised = other
	}
	chapter, _, _ := strings.Cut(media, "/")
	if promised != is && (chapter == "image" || chapter == "text" || chapter == "video" || promised == PDF) {
		return errs.New(errs.Unsupported, "picture.not_what_it_says", "claim", media, "is", strings.ToUpper(is.Extension()[1:]))
	}
	return nil
}

// mediaType returns the type without its parameters; nonsense promises nothing.
func mediaType(stated string) string {
	media, _, err := mime.ParseMediaType(stated)
	if err != nil {
		return ""
	}
	return media
}
