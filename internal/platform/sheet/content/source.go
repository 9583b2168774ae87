// SPDX-License-Identifier: Apache-2.0

package content

import (
	"errors"
	"io"
)

// Source is the file: it can be read from the start again.
type Source struct {
	At   io.ReaderAt
	Size int64
}

// Reader reads the file from its start.
func (s Source) Reader() io.Reader { return io.NewSectionReader(s.At, 0, s.Size) }

// Head returns the first n bytes, or fewer when the file is shorter.
func (s Source) Head(n int64) ([]byte, error) {
	b := make([]byte, min(n, s.Size))
	got, err := s.At.ReadAt(b, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return b[:got], err
}
