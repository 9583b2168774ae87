// SPDX-License-Identifier: Apache-2.0

// Package content finds out what a file is from its bytes alone: a workbook, a
// text and its encoding, or something that is no table, which it names.
package content

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// signatures are beginnings of files that are no tables. The names are the
// same in every language.
var signatures = []struct{ magic, looks string }{
	{"%PDF-", "PDF"}, {"\x89PNG\r\n", "PNG"}, {"\xff\xd8\xff", "JPEG"}, {"GIF8", "GIF"},
	{"II*\x00", "TIFF"}, {"MM\x00*", "TIFF"}, {"{\\rtf", "RTF"}, {"Rar!\x1a", "RAR"},
	{"7z\xbc\xaf\x27\x1c", "7Z"}, {"\x1f\x8b", "GZIP"}, {"\x7fELF", "ELF"}, {"MZ\x90\x00", "EXE"},
	{"SQLite format 3\x00", "SQLite"}, {"OggS", "OGG"}, {"ID3", "MP3"},
}

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// Workbook reports whether the file is an XLSX workbook; if not, it may be text. Other known kinds are refused by name.
func Workbook(src Source) (bool, error) {
	head, err := src.Head(4096)
	if err != nil {
		return false, fmt.Errorf("read the beginning: %w", err)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return false, wrongType(s.looks)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return true, sniffZip(src)
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return false, sniffOLE(src)
	case len(head) > 12 && string(head[:4]) == "RIFF":
		return false, wrongType(strings.TrimSpace(string(head[8:12])))
	case len(head) > 12 && string(head[4:8]) == "ftyp":
		return false, wrongType(strings.TrimSpace(string(head[8:12])))
	}
	return false, sniffMarkup(head)
}

func wrongType(looks string) error {
	return errs.New(errs.Unsupported, "sheet.wrong_type", "looks", looks)
}

func sniffZip(src Source) error {
	z, err := zip.NewReader(src.At, src.Size)
	if err != nil {
		return errs.Wrap(err, errs.Malformed, "sheet.damaged")
	}
	looks := "ZIP"
	for _, f := range z.File {
		switch {
		case f.Name == "xl/workbook.xml":
			return nil
		case f.Name == "xl/workbook.bin":
			return errs.New(errs.Unsupported, "sheet.old_excel")
		case strings.HasPrefix(f.Name, "word/"):
			looks = "Word (DOCX)"
		case strings.HasPrefix(f.Name, "ppt/"):
			looks = "PowerPoint (PPTX)"
		case f.Name == "mimetype":
			looks = "OpenDocument"
		}
	}
	return wrongType(looks)
}

// sniffOLE tells old Excel files from workbooks with a password and from old
// Word files by the names of the streams inside, which are UTF-16.
func sniffOLE(src Source) error {
	locked, word := wide("EncryptedPackage"), wide("WordDocument")
	const chunk = 1 << 16
	b := make([]byte, chunk+len(locked))
	for off := int64(0); off < src.Size; off += chunk {
		n, err := src.At.ReadAt(b, off)
		if bytes.Contains(b[:n], locked) {
			return errs.New(errs.Unsupported, "sheet.locked")
		}
		if bytes.Contains(b[:n], word) {
			return wrongType("Word (DOC)")
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("read an old office file: %w", err)
		}
	}
	return errs.New(errs.Unsupported, "sheet.old_excel")
}

func wide(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// sniffMarkup refuses web pages, which some programs save under the name .xls.
func sniffMarkup(head []byte) error {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	if !bytes.HasPrefix(text, []byte("<")) {
		return nil
	}
	if bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")) {
		return errs.New(errs.Unsupported, "sheet.old_excel")
	}
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div", "<script", "<style", "<!--"} {
		if bytes.HasPrefix(text, []byte(tag)) {
			return wrongType("HTML")
		}
	}
	if bytes.HasPrefix(text, []byte("<?xml")) {
		if bytes.Contains(text, []byte("<html")) {
			return wrongType("HTML")
		}
		return wrongType("XML")
	}
	return nil
}
