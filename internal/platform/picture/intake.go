// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// The bounds of a file.
const (
	MaxSize   = 20 << 20   // bytes, of what comes and of what is kept
	MaxPixels = 40_000_000 // of a picture that comes
	MaxSide   = 12_000     // pixels of a picture that comes
	MaxKept   = 4096       // pixels on the longer side of a picture that is kept
	Thumbnail = 320        // pixels on the longer side of a thumbnail

	// maxScans bounds the work that a progressive JPEG can ask for: each scan
	// visits every pixel again. Programs write about ten.
	maxScans = 64

	seats    = 2          // pictures that are decoded at once
	largeOne = 12_000_000 // pixels from which a picture takes all of them
)

// File is what somebody sends.
type File struct {
	Name    string // as the sender calls it; may promise a type by its end
	Type    string // media type as the sender states it; may be empty
	Content io.ReadSeeker
	Size    int64
}

// Kept is what may be kept of a file.
type Kept struct {
	Type          Type
	Width, Height int    // in pixels; zero for a document
	Content       []byte // nil: the file itself, as it came
	Thumbnail     []byte // a JPEG; nil for a document
}

// Intake takes files. It is safe for concurrent use.
type Intake struct {
	door chan struct{} // held while somebody waits for seats, so that no two wait for each other
	free chan struct{}
}

// NewIntake returns an intake with its own seats: a program needs one.
func NewIntake() *Intake {
	return &Intake{door: make(chan struct{}, 1), free: make(chan struct{}, seats)}
}

// Take looks at a file and returns what may be kept of it. It reads the content
// from its start and leaves it anywhere.
func (in *Intake) Take(ctx context.Context, f File) (Kept, error) {
	if f.Size > MaxSize {
		return Kept{}, errs.New(errs.TooLarge, "picture.too_large", "mib", MaxSize>>20)
	}
	head, err := start(f, headSize)
	if err != nil {
		return Kept{}, fmt.Errorf("picture: %w", err)
	}
	is, err := sniff(head)
	if err != nil {
		return Kept{}, err
	}
	if err := claims(f, is); err != nil {
		return Kept{}, err
	}
	if is == PDF {
		return Kept{Type: PDF}, checkPDF(f, head)
	}
	if _, err := f.Content.Seek(0, io.SeekStart); err != nil {
		return Kept{}, fmt.Errorf("picture: %w", err)
	}
	size, err := config(is, f.Content)
	if err != nil {
		return Kept{}, err
	}
	leave, err := in.enter(ctx, size.Width*size.Height)
	if err != nil {
		return Kept{}, errs.Wrap(err, errs.Unavailable, "error.cancelled")
	}
	defer leave()
	return redraw(ctx, f, is)
}

// start returns the first n bytes of the content, or fewer if it is shorter.
func start(f File, n int64) ([]byte, error) {
	if _, err := f.Content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f.Content, n))
}

// enter waits for the seats that a picture of so many pixels needs.
func (in *Intake) enter(ctx context.Context, pixels int) (leave func(), err error) {
	need, got := 1, 0
	if pixels >= largeOne {
		need = seats
	}
	leave = func() {
		for range got {
			<-in.free
		}
	}
	select {
	case in.door <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-in.door }()
	for got < need {
		select {
		case in.free <- struct{}{}:
			got++
		case <-ctx.Done():
			leave()
			return nil, ctx.Err()
		}
	}
	return leave, nil
}

// config reads the size from the header and holds it against the bounds.
func config(is Type, r io.Reader) (c image.Config, err error) {
	defer rescue(&err)
	switch is {
	case JPEG:
		c, err = jpeg.DecodeConfig(r)
	case PNG:
		c, err = png.DecodeConfig(r)
	default:
		c, err = webp.DecodeConfig(r)
	}
	switch {
	case err != nil:
		return c, unreadable(err)
	case c.Width < 1 || c.Height < 1:
		return c, errs.New(errs.Unsupported, "picture.broken")
	case c.Width > MaxSide || c.Height > MaxSide:
		return c, errs.New(errs.TooLarge, "picture.too_long", "side", max(c.Width, c.Height), "max", MaxSide)
	case c.Width*c.Height > MaxPixels:
		return c, errs.New(errs.TooLarge, "picture.too_many_pixels", "megapixels", (c.Width*c.Height+500_000)/1_000_000, "max", MaxPixels/1_000_000)
	}
	return c, nil
}

// redraw decodes the picture and draws it anew.
func redraw(ctx context.Context, f File, is Type) (Kept, error) {
	file, err := start(f, MaxSize+1)
	if err != nil {
		return Kept{}, fmt.Errorf("picture: %w", err)
	}
	if len(file) > MaxSize {
		return Kept{}, errs.New(errs.TooLarge, "picture.too_large", "mib", MaxSize>>20)
	}
	if moves(is, file) {
		return Kept{}, errs.New(errs.Unsupported, "picture.moves")
	}
	if is == JPEG && walkJPEG(file).scans > maxScans {
		return Kept{}, errs.New(errs.Unsupported, "picture.unusual")
	}
	m, err := decode(ctx, is, file)
	if err != nil {
		return Kept{}, err
	}
	lossless := is == PNG && drawn(m.ColorModel())
	small, err := shrink(ctx, m, MaxKept)
	if err != nil {
		return Kept{}, errs.Wrap(err, errs.Unavailable, "error.cancelled")
	}
	small = turn(small, orientation(is, file))
	return finish(ctx, small, lossless || is != JPEG && !small.Opaque())
}

// finish encodes the picture and its thumbnail.
func finish(ctx context.Context, m *image.RGBA, lossless bool) (Kept, error) {
	kept := Kept{Width: m.Rect.Dx(), Height: m.Rect.Dy()}
	var err error
	if kept.Type, kept.Content, err = encode(m, lossless); err != nil {
		return Kept{}, fmt.Errorf("picture: %w", err)
	}
	little, err := shrink(ctx, m, Thumbnail)
	if err != nil {
		return Kept{}, errs.Wrap(err, errs.Unavailable, "error.cancelled")
	}
	var thumbnail bytes.Buffer
	if err := writeJPEG(&thumbnail, little, thumbnailQuality); err != nil {
		return Kept{}, fmt.Errorf("picture: %w", err)
	}
	kept.Thumbnail = thumbnail.Bytes()
	return kept, nil
}

// decode decodes the picture; it stops when the context ends.
func decode(ctx context.Context, is Type, file []byte) (m image.Image, err error) {
	defer rescue(&err)
	r := &cancellable{ctx, bytes.NewReader(file)}
	switch is {
	case JPEG:
		m, err = jpeg.Decode(r)
	case PNG:
		m, err = png.Decode(r)
	default:
		m, err = webp.Decode(r)
	}
	if ctx.Err() != nil {
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "error.cancelled")
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return m, nil
}

// unreadable tells files of a rare kind from those that are damaged.
func unreadable(err error) error {
	var rareJPEG jpeg.UnsupportedError
	var rarePNG png.UnsupportedError
	if errors.As(err, &rareJPEG) || errors.As(err, &rarePNG) {
		return errs.Wrap(err, errs.Unsupported, "picture.unusual")
	}
	return errs.Wrap(err, errs.Unsupported, "picture.broken")
}

// rescue turns a panic of a decoder into a damaged file: what a stranger sends
// must not end the work of others.
func rescue(err *error) {
	if p := recover(); p != nil {
		*err = errs.Wrap(fmt.Errorf("the decoder panicked: %v", p), errs.Unsupported, "picture.broken")
	}
}

// cancellable stops reading when the context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (c *cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
