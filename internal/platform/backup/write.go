// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Format is the version of the file format that this package writes and reads.
const Format = 1

// partSize is about how much of a table or file one part holds: the archive needs
// the size of a part before the part.
const partSize = 4 << 20

const manifestName = "manifest.json"

// Manifest says what a backup holds.
type Manifest struct {
	Format int       `json:"format"`
	Schema int64     `json:"schema"` // number of the newest migration
	Engine db.Engine `json:"engine"`
	MadeAt time.Time `json:"made_at"`
	Tables []Table   `json:"tables"`
	Blobs  []Blob    `json:"blobs"`
}

// Rows returns how many rows there are in all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Blob is a kept file.
type Blob struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Blobs are the kept files.
type Blobs interface {
	Walk(ctx context.Context, visit func(name string, content io.Reader) error) error
}

// Write writes a backup of one moment to w. blobs may be nil. The files come
// after the rows, so that every file that a row names is there.
func Write(ctx context.Context, d *db.DB, w io.Writer, blobs Blobs) (Manifest, error) {
	m := Manifest{Format: Format, Engine: d.Engine(), MadeAt: d.Clock().Now(), Blobs: []Blob{}}
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	a := &archive{tar: tar.NewWriter(zip), at: m.MadeAt}
	err = d.View(ctx, func(ctx context.Context, v *db.View) (err error) {
		if m.Schema, err = schemaVersion(ctx, v); err != nil {
			return err
		}
		if m.Tables, err = readTables(ctx, v, d.Engine()); err != nil {
			return err
		}
		for i := range m.Tables {
			if err := a.table(ctx, v, d.Engine(), &m.Tables[i]); err != nil {
				return fmt.Errorf("table %s: %w", m.Tables[i].Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if blobs != nil {
		if m.Blobs, err = a.blobs(ctx, blobs); err != nil {
			return m, fmt.Errorf("backup: files: %w", err)
		}
	}
	if err := a.end(m, zip); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

// archive writes streams in parts.
type archive struct {
	tar *tar.Writer
	at  time.Time
}

// stream is one table or file on its way into the archive.
type stream struct {
	a      *archive
	name   string // with one %05d for the number of the part
	buf    []byte
	parts  int
	bytes  int64
	digest hash.Hash
}

func (a *archive) open(name string) *stream {
	return &stream{a: a, name: name, buf: make([]byte, 0, partSize+partSize/8), digest: sha256.New()}
}

// flush writes what has come together as the next part.
func (s *stream) flush() error {
	if len(s.buf) == 0 {
		return nil
	}
	s.parts++
	s.bytes += int64(len(s.buf))
	s.digest.Write(s.buf)
	err := s.a.file(fmt.Sprintf(s.name, s.parts), s.buf)
	s.buf = s.buf[:0]
	return err
}

func (s *stream) sum() string { return hex.EncodeToString(s.digest.Sum(nil)) }

func (a *archive) file(name string, content []byte) error {
	head := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), ModTime: a.at, Format: tar.FormatPAX}
	if err := a.tar.WriteHeader(head); err != nil {
		return err
	}
	_, err := a.tar.Write(content)
	return err
}

func (a *archive) table(ctx context.Context, v *db.View, engine db.Engine, t *Table) error {
	s := a.open("tables/" + t.Name + "/%05d.jsonl")
	values, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	err := db.Each(ctx, v, selectAll(*t, engine), nil, func(r *db.Rows) (err error) {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		t.Rows++
		if s.buf, err = appendRow(s.buf, t.Columns, values); err != nil {
			return fmt.Errorf("row %d: %w", t.Rows, err)
		}
		if len(s.buf) >= partSize {
			return s.flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.flush()
	t.SHA256 = s.sum()
	return err
}

func (a *archive) blobs(ctx context.Context, blobs Blobs) ([]Blob, error) {
	all := []Blob{}
	err := blobs.Walk(ctx, func(name string, content io.Reader) error {
		s := a.open("blobs/" + name + "/%05d")
		for {
			n, err := io.ReadFull(content, s.buf[:partSize])
			s.buf = s.buf[:n]
			if e := s.flush(); e != nil {
				return e
			}
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				break
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		all = append(all, Blob{Name: name, Bytes: s.bytes, SHA256: s.sum()})
		return nil
	})
	return all, err
}

func (a *archive) end(m Manifest, zip io.Closer) error {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := a.file(manifestName, append(text, '\n')); err != nil {
		return err
	}
	if err := a.tar.Close(); err != nil {
		return err
	}
	return zip.Close()
}
