// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// largest bounds a part and the manifest, so that a hostile file cannot fill the
// memory. A part is a little larger than partSize, or one row.
const largest = 256 << 20

// Verify reads the whole file and returns its manifest. A file that is damaged,
// cut off, or of another format is errs.Invalid.
func Verify(ctx context.Context, file io.Reader) (Manifest, error) {
	var m Manifest
	found, err := scan(ctx, file, func(p part) (err error) {
		if p.chapter == manifestName {
			m, err = parseManifest(p.content)
		}
		return err
	})
	if err != nil {
		return m, err
	}
	return m, found.compare(m)
}

func parseManifest(text []byte) (m Manifest, err error) {
	if err := json.Unmarshal(text, &m); err != nil {
		return m, damaged("manifest", err)
	}
	if m.Format != Format {
		return m, errs.New(errs.Invalid, "backup.format", "theirs", m.Format, "ours", Format)
	}
	return m, nil
}

// damaged says that the file is not as it was written.
func damaged(where string, cause error) error {
	return errs.Wrap(cause, errs.Invalid, "backup.damaged", "where", where)
}

// part is one member of the archive.
type part struct {
	chapter string // tables, blobs or manifest.json
	name    string // of the table or file
	number  int
	content []byte // valid until the next part
}

// content is what was found of one table or file.
type content struct {
	digest hash.Hash
	parts  int
	rows   int64
	bytes  int64
}

// contents is what was found: "tables/NAME" and "blobs/NAME".
type contents map[string]*content

// scan reads the archive to its very end (where gzip keeps a checksum) and shows
// each part to visit.
func scan(ctx context.Context, file io.Reader, visit func(part) error) (contents, error) {
	zip, err := gzip.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		return nil, damaged("gzip", err)
	}
	archive, found, complete := tar.NewReader(zip), contents{}, false
	var buf bytes.Buffer
	for {
		if err := ctx.Err(); err != nil {
			return found, errs.Wrap(err, errs.Unavailable, "error.cancelled")
		}
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return found, damaged("tar", err)
		}
		p, err := readPart(archive, head, &buf)
		if err != nil {
			return found, err
		}
		if complete {
			return found, damaged(head.Name, errors.New("it comes after the manifest"))
		}
		if complete = p.chapter == manifestName; !complete {
			if err := found.add(p); err != nil {
				return found, err
			}
		}
		if err := visit(p); err != nil {
			return found, err
		}
	}
	if _, err := io.Copy(io.Discard, zip); err != nil {
		return found, damaged("gzip", err)
	}
	if !complete {
		return found, damaged("manifest", errors.New("there is none"))
	}
	return found, nil
}

func readPart(archive *tar.Reader, head *tar.Header, buf *bytes.Buffer) (part, error) {
	if head.Typeflag != tar.TypeReg || head.Size > largest {
		return part{}, damaged(head.Name, errors.New("not a part of a backup"))
	}
	buf.Reset()
	if _, err := io.Copy(buf, archive); err != nil {
		return part{}, damaged(head.Name, err)
	}
	p := part{chapter: head.Name, content: buf.Bytes()}
	if head.Name == manifestName {
		return p, nil
	}
	names := strings.Split(head.Name, "/")
	if len(names) != 3 || names[0] != "tables" && names[0] != "blobs" {
		return p, damaged(head.Name, errors.New("nobody knows this name"))
	}
	n, err := strconv.Atoi(strings.TrimSuffix(names[2], ".jsonl"))
	if err != nil {
		return p, damaged(head.Name, err)
	}
	p.chapter, p.name, p.number = names[0], names[1], n
	return p, nil
}

func (f contents) add(p part) error {
	key := p.chapter + "/" + p.name
	c := f[key]
	if c == nil {
		c = &content{digest: sha256.New()}
		f[key] = c
	}
	if c.parts++; p.number != c.parts {
		return damaged(key, fmt.Errorf("part %d where %d should be", p.number, c.parts))
	}
	c.digest.Write(p.content)
	c.bytes += int64(len(p.content))
	if p.chapter == "tables" {
		c.rows += int64(bytes.Count(p.content, []byte{'\n'}))
	}
	return nil
}

// compare requires everything that the manifest names, and nothing else.
func (f contents) compare(m Manifest) error {
	for _, t := range m.Tables {
		if c := f.take("tables/" + t.Name); c.rows != t.Rows || c.sum() != t.SHA256 {
			return damaged("tables/"+t.Name, errors.New("it is not what the manifest says"))
		}
	}
	for _, b := range m.Blobs {
		if c := f.take("blobs/" + b.Name); c.bytes != b.Bytes || c.sum() != b.SHA256 {
			return damaged("blobs/"+b.Name, errors.New("it is not what the manifest says"))
		}
	}
	for key := range f {
		return damaged(key, errors.New("the manifest does not name it"))
	}
	return nil
}

// take removes and returns what was found; an empty table or file has no part.
func (f contents) take(key string) *content {
	c := f[key]
	if c == nil {
		return &content{digest: sha256.New()}
	}
	delete(f, key)
	return c
}

func (c *content) sum() string { return hex.EncodeToString(c.digest.Sum(nil)) }
