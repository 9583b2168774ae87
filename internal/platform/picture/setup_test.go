// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// The words that are planted into files and must not come out of them.
const (
	secretPlace  = "30.5928N,114.3055E"
	secretPerson = "planted-photographer"
)

// photo is a picture with four corners of different colours: red, green, blue and white,
// from the upper left by rows.
func photo(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			switch left, top := x < w/2, y < h/2; {
			case left && top:
				c = color.RGBA{255, 0, 0, 255}
			case top:
				c = color.RGBA{0, 255, 0, 255}
			case left:
				c = color.RGBA{0, 0, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exifWith is an EXIF structure with an orientation, a camera and a place.
func exifWith(order binary.AppendByteOrder, orientation uint16) []byte {
	mark := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		mark = []byte("II*\x00")
	}
	b := order.AppendUint32(mark, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count uint32) {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count)
	}
	entry(0x010f, 2, uint32(len(secretPerson))) // maker of the camera
	b = order.AppendUint32(b, 100)
	entry(0x0112, 3, 1) // orientation
	b = order.AppendUint16(order.AppendUint16(b, orientation), 0)
	entry(0x8825, 4, 1) // where the place stands
	b = order.AppendUint32(b, 100)
	return append(b, secretPerson+"GPSLatitude"+secretPlace...)
}

// xmp is a packet of Adobe's metadata.
const xmp = `http://ns.adobe.com/xap/1.0/` + "\x00" + `<x:xmpmeta exif:GPSLatitude="` + secretPlace + `" dc:creator="` + secretPerson + `"/>`

// segment is a marker of a JPEG with its content.
func segment(marker byte, content []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(content)+2)), content...)
}

// withSegments puts segments behind the first marker of a JPEG.
func withSegments(file []byte, segments ...[]byte) []byte {
	out := bytes.Clone(file[:2])
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, file[2:]...)
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(file []byte, name string, content []byte) []byte {
	const header = 8 + 25
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	chunk = append(append(chunk, name...), content...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(bytes.Clone(file[:header]), chunk...), file[header:]...)
}

// bits writes the bits of a lossless WebP, the lowest first.
type bits struct {
	out  []byte
	free int
}

func (b *bits) put(value uint32, n int) {
	for i := range n {
		if b.free == 0 {
			b.out, b.free = append(b.out, 0), 8
		}
		b.out[len(b.out)-1] |= byte(value>>i&1) << (8 - b.free)
		b.free--
	}
}

// webpOf is a lossless WebP of one colour: every pixel takes no bit at all, so
// that a file of 40 bytes holds any number of them.
func webpOf(w, h int, c color.NRGBA, chunks ...[]byte) []byte {
	b := bits{out: []byte{0x2f}}
	b.put(uint32(w-1), 14)
	b.put(uint32(h-1), 14)
	alpha := uint32(1)
	if c.A == 255 {
		alpha = 0
	}
	b.put(alpha, 1)
	b.put(0, 3) // version
	b.put(0, 1) // no transformation
	b.put(0, 1) // no cache of colours
	b.put(0, 1) // one group of codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A, 0} {
		b.put(1, 1) // a simple code
		b.put(0, 1) // of one symbol
		b.put(1, 1) // of eight bits
		b.put(uint32(symbol), 8)
	}
	var body []byte
	if len(chunks) > 0 {
		flags := byte(1<<2 | 1<<3)
		extended := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0}
		body = chunk("VP8X", extended)
	}
	body = append(body, chunk("VP8L", b.out)...)
	for _, c := range chunks {
		body = append(body, c...)
	}
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)+4))...), append([]byte("WEBP"), body...)...)
}

// chunk is a part of a WebP.
func chunk(name string, content []byte) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content))), content...)
	return append(b, make([]byte, len(content)%2)...)
}

// pdf is a small whole document.
const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" +
	"xref\n0 3\ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n100\n%%EOF\n"

// take takes a file that has no name.
func take(t testing.TB, file []byte) (Kept, error) {
	t.Helper()
	return NewIntake().Take(t.Context(), File{Content: bytes.NewReader(file), Size: int64(len(file))})
}

// must is take for files that are good.
func must(t testing.TB, file []byte) Kept {
	t.Helper()
	k, err := take(t, file)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// key is the message key of an error; empty for none.
func key(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Key
}

// pixels decodes what was kept.
func pixels(t testing.TB, content []byte) image.Image {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// about reports whether two colours look the same after a JPEG.
func about(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	near := func(x, y uint32) bool { return x>>8 <= y>>8+12 && y>>8 <= x>>8+12 }
	return near(ar, br) && near(ag, bg) && near(ab, bb) && near(aa, ba)
}
