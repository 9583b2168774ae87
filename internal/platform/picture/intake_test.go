// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

func TestPlaceAndPersonDoNotSurvive(t *testing.T) {
	t.Parallel()
	m := photo(400, 300)
	exif := exifWith(binary.BigEndian, 1)
	iptc := []byte("Photoshop 3.0\x008BIM" + secretPerson)
	files := map[string][]byte{
		"a JPEG": append(withSegments(jpegOf(t, m), segment(app1, append([]byte("Exif\x00\x00"), exif...)), segment(app1, []byte(xmp)),
			segment(0xed, iptc), segment(0xfe, []byte(secretPerson))), secretPlace...),
		"a PNG": append(withChunk(withChunk(withChunk(pngOf(t, m), "eXIf", exif), "iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+xmp)),
			"tEXt", []byte("Author\x00"+secretPerson)), secretPlace...),
		"a WebP": webpOf(400, 300, color.NRGBA{200, 10, 10, 255}, chunk("EXIF", exif), chunk("XMP ", []byte(xmp))),
	}
	for name, file := range files {
		if !bytes.Contains(file, []byte(secretPlace)) || !bytes.Contains(file, []byte(secretPerson)) {
			t.Fatalf("%s: nothing was planted", name)
		}
		k := must(t, file)
		for part, content := range map[string][]byte{"picture": k.Content, "thumbnail": k.Thumbnail} {
			for _, trace := range []string{secretPlace, secretPerson, "Exif", "exif", "xmp", "GPS", "8BIM", "tEXt", "eXIf"} {
				if bytes.Contains(content, []byte(trace)) {
					t.Errorf("%s: the %s still holds %q", name, part, trace)
				}
			}
		}
		if k.Width != 400 || k.Height != 300 {
			t.Errorf("%s: %d×%d", name, k.Width, k.Height)
		}
	}
}

func TestPicturesStandUpright(t *testing.T) {
	t.Parallel()
	red, green := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}
	blue, white := color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}
	// The colours of the corners by rows, as a reader who follows EXIF shows them.
	want := map[uint16][4]color.RGBA{
		1: {red, green, blue, white}, 2: {green, red, white, blue}, 3: {white, blue, green, red}, 4: {blue, white, red, green},
		5: {red, blue, green, white}, 6: {blue, red, white, green}, 7: {white, green, blue, red}, 8: {green, white, red, blue},
		0: {red, green, blue, white}, 9: {red, green, blue, white},
	}
	for orientation, corners := range want {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			exif := exifWith(order, orientation)
			for kind, file := range map[string][]byte{
				"JPEG": withSegments(jpegOf(t, photo(64, 32)), segment(app1, append([]byte("Exif\x00\x00"), exif...))),
				"PNG":  withChunk(pngOf(t, photo(64, 32)), "eXIf", exif),
			} {
				k := must(t, file)
				w, h := 64, 32
				if orientation >= 5 && orientation <= 8 {
					w, h = 32, 64
				}
				m := pixels(t, k.Content)
				if k.Width != w || k.Height != h || m.Bounds().Dx() != w || m.Bounds().Dy() != h {
					t.Errorf("%s %d: %d×%d", kind, orientation, k.Width, k.Height)
				}
				for i, at := range []image.Point{{4, 4}, {w - 5, 4}, {4, h - 5}, {w - 5, h - 5}} {
					if got := m.At(at.X, at.Y); !about(got, corners[i]) {
						t.Errorf("%s %d, corner %d: %v, want %v", kind, orientation, i, got, corners[i])
					}
				}
			}
		}
	}
}

func TestWebPIsTurnedToo(t *testing.T) {
	t.Parallel()
	k := must(t, webpOf(64, 32, color.NRGBA{1, 2, 3, 255}, chunk("EXIF", exifWith(binary.LittleEndian, 6))))
	if k.Width != 32 || k.Height != 64 || k.Type != JPEG {
		t.Errorf("%d×%d %s", k.Width, k.Height, k.Type)
	}
}

func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	glass := image.NewNRGBA(image.Rect(0, 0, 50, 40))
	glass.SetNRGBA(3, 3, color.NRGBA{200, 100, 50, 128})
	scan := image.NewGray(image.Rect(0, 0, 50, 40))
	scan.SetGray(3, 3, color.Gray{200})
	palette := image.NewPaletted(image.Rect(0, 0, 50, 40), color.Palette{color.RGBA{255, 255, 255, 255}, color.RGBA{255, 0, 0, 255}})
	palette.SetColorIndex(3, 3, 1)
	for name, c := range map[string]struct {
		file []byte
		want Type
		w, h int
	}{
		"a photo":                  {jpegOf(t, photo(50, 40)), JPEG, 50, 40},
		"a photo saved as PNG":     {pngOf(t, photo(50, 40)), JPEG, 50, 40},
		"a PNG with transparency":  {pngOf(t, glass), PNG, 50, 40},
		"a scan in greys":          {pngOf(t, scan), PNG, 50, 40},
		"a scan of two colours":    {pngOf(t, palette), PNG, 50, 40},
		"a grey JPEG":              {jpegOf(t, scan), JPEG, 50, 40},
		"a WebP":                   {webpOf(50, 40, color.NRGBA{9, 9, 9, 255}), JPEG, 50, 40},
		"a WebP one sees through":  {webpOf(50, 40, color.NRGBA{9, 9, 9, 100}), PNG, 50, 40},
		"a large photo":            {jpegOf(t, photo(6000, 3000)), JPEG, 4096, 2048},
		"one of a single pixel":    {pngOf(t, photo(1, 1)), JPEG, 1, 1},
		"a thread":                 {pngOf(t, photo(12000, 1)), JPEG, 4096, 1},
		"a WebP of many pixels":    {webpOf(8000, 5000, color.NRGBA{9, 9, 9, 255}), JPEG, 4096, 2560},
		"a JPEG with fill between": {withSegments(jpegOf(t, photo(50, 40)), []byte{0xff, 0xff, 0xff}), JPEG, 50, 40},
	} {
		k := must(t, c.file)
		if k.Type != c.want || k.Width != c.w || k.Height != c.h {
			t.Errorf("%s: %s of %d×%d", name, k.Type, k.Width, k.Height)
		}
		if got, err := sniff(k.Content); got != c.want || err != nil {
			t.Errorf("%s: the content is %s (%v)", name, got, err)
		}
		little := pixels(t, k.Thumbnail)
		if side := max(little.Bounds().Dx(), little.Bounds().Dy()); side > Thumbnail || side != min(Thumbnail, max(c.w, c.h)) {
			t.Errorf("%s: thumbnail %v", name, little.Bounds())
		}
		again := must(t, c.file)
		if !bytes.Equal(k.Content, again.Content) || !bytes.Equal(k.Thumbnail, again.Thumbnail) {
			t.Errorf("%s: another result the second time", name)
		}
	}
	k := must(t, []byte(pdf))
	if k.Type != PDF || k.Content != nil || k.Thumbnail != nil || k.Width != 0 {
		t.Errorf("a PDF: %+v", k)
	}
}

func TestTransparencyIsKeptAndThumbnailsAreOnWhite(t *testing.T) {
	t.Parallel()
	k := must(t, webpOf(40, 40, color.NRGBA{200, 100, 50, 0}))
	if _, _, _, a := pixels(t, k.Content).At(20, 20).RGBA(); a != 0 {
		t.Errorf("alpha %d", a)
	}
	if got := pixels(t, k.Thumbnail).At(20, 20); !about(got, color.White) {
		t.Errorf("the thumbnail is %v", got)
	}
}

// bomb is a small JPEG whose header claims another size.
func bomb(t *testing.T, w, h uint16) []byte {
	t.Helper()
	file := jpegOf(t, photo(8, 8))
	at := bytes.Index(file, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(file[at+5:], h)
	binary.BigEndian.PutUint16(file[at+7:], w)
	return file
}

// pngBomb is a small PNG whose header claims another size.
func pngBomb(t *testing.T, w, h uint32) []byte {
	t.Helper()
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	file := pngOf(t, photo(8, 8))
	whole := withChunk(file, "IHDR", append(header, 8, 6, 0, 0, 0))
	return append(whole[:8:8], whole[33:]...)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	photograph, drawing := jpegOf(t, photo(400, 300)), pngOf(t, photo(400, 300))
	lossless := webpOf(400, 300, color.NRGBA{1, 2, 3, 4})
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":                       {nil, "picture.empty"},
		"an SVG with a script":          {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "picture.kind_svg"},
		"an SVG behind a byte order":    {[]byte("\ufeff  \n<SVG onload=alert(1)>"), "picture.kind_svg"},
		"a web page":                    {[]byte("\n<!DOCTYPE html><script>alert(1)</script>"), "picture.kind_html"},
		"a photo of an iPhone":          {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "picture.kind_heic"},
		"an AVIF":                       {[]byte("\x00\x00\x00\x18ftypavif"), "picture.kind_heic"},
		"a video":                       {[]byte("\x00\x00\x00\x18ftypisom"), "picture.kind_video"},
		"a TIFF":                        {[]byte("II*\x00\x08\x00\x00\x00"), "picture.kind_tiff"},
		"a GIF":                         {[]byte("GIF89a\x01\x00\x01\x00"), "picture.kind_gif"},
		"a BMP":                         {[]byte("BM\x00\x00"), "picture.kind_bmp"},
		"a workbook":                    {[]byte("PK\x03\x04\x14\x00"), "picture.kind_office"},
		"an old letter":                 {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "picture.kind_office"},
		"an archive":                    {[]byte("\x1f\x8b\x08"), "picture.kind_archive"},
		"a program":                     {[]byte("MZ\x90\x00"), "picture.kind_unknown"},
		"text":                          {[]byte("口罩,500"), "picture.kind_unknown"},
		"a sound":                       {[]byte("RIFF\x00\x00\x00\x00WAVE"), "picture.kind_unknown"},
		"a photo cut off":               {photograph[:len(photograph)/2], "picture.broken"},
		"a photo without its end":       {photograph[:len(photograph)-2], "picture.broken"},
		"the head of a photo":           {photograph[:3], "picture.broken"},
		"a PNG cut off":                 {drawing[:len(drawing)/2], "picture.broken"},
		"a PNG of a wrong checksum":     {append(bytes.Clone(drawing[:len(drawing)-30]), make([]byte, 30)...), "picture.broken"},
		"a WebP cut off":                {lossless[:len(lossless)-8], "picture.broken"},
		"a photo of 50 megapixels":      {bomb(t, 8660, 5774), "picture.too_many_pixels"},
		"a bomb of a JPEG":              {bomb(t, 65535, 65535), "picture.too_long"},
		"a JPEG without pixels":         {bomb(t, 0, 100), "picture.broken"},
		"a bomb of a PNG":               {pngBomb(t, 30000, 30000), "picture.too_long"},
		"a PNG of 2 gigapixels a side":  {pngBomb(t, 1<<31-1, 1<<31-1), "picture.unusual"},
		"a PNG of 41 megapixels":        {pngBomb(t, 8200, 5000), "picture.too_many_pixels"},
		"a bomb of a WebP":              {webpOf(16384, 16384, color.NRGBA{1, 2, 3, 255}), "picture.too_long"},
		"a WebP of 50 megapixels":       {webpOf(10000, 5000, color.NRGBA{1, 2, 3, 255}), "picture.too_many_pixels"},
		"a moving WebP":                 {webpOf(40, 40, color.NRGBA{1, 2, 3, 255}, chunk("ANIM", make([]byte, 6))), "picture.moves"},
		"a moving PNG":                  {withChunk(drawing, "acTL", make([]byte, 8)), "picture.moves"},
		"a JPEG with endless scans":     {append(bytes.Clone(photograph), bytes.Repeat(segment(sos, make([]byte, 6)), maxScans)...), ""},
		"a PDF cut off":                 {[]byte(pdf[:60]), "picture.pdf_broken"},
		"a PDF without a table":         {[]byte(strings.ReplaceAll(pdf, "startxref", "")), "picture.pdf_broken"},
		"a PDF with a tail of its own":  {[]byte(pdf + strings.Repeat("<script>", 200)), "picture.pdf_broken"},
		"a PDF of no version":           {[]byte("%PDF-x.y" + pdf[8:]), "picture.pdf_broken"},
		"the head of a PDF":             {[]byte("%PDF-"), "picture.pdf_broken"},
		"a web page that starts as PDF": {[]byte("%PDF-1.4<html><script>"), "picture.pdf_broken"},
	} {
		_, err := take(t, c.file)
		if key(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if err == nil {
			continue
		}
		known := errs.As(err)
		var args []any
		for name, value := range known.Args {
			args = append(args, name, value)
		}
		for _, language := range []string{"zh-Hans", "en"} {
			if text := bundle.For(language).T(known.Key, args...); strings.Contains(text, "picture.") || strings.Contains(text, "<no value>") {
				t.Errorf("%s in %s: %q", name, language, text)
			}
		}
	}
}

// TestScansBeforeTheEndAreCounted: what stands behind the end of a JPEG is not
// looked at (it is "a JPEG with endless scans" above); before it, it is work.
func TestScansBeforeTheEndAreCounted(t *testing.T) {
	t.Parallel()
	file := jpegOf(t, photo(40, 40))
	at := bytes.Index(file, []byte{0xff, sos})
	scan := file[at : len(file)-2]
	for range maxScans {
		file = append(file[:len(file)-2], append(bytes.Clone(scan), 0xff, eoi)...)
	}
	if _, err := take(t, file); key(err) != "picture.unusual" {
		t.Error(err)
	}
}

func TestAFileIsWhatItSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, media string
		content     []byte
		want        string
	}{
		{"运单.jpg", "image/jpeg", jpegOf(t, photo(8, 8)), ""},
		{"运单.JPEG", "image/pjpeg", jpegOf(t, photo(8, 8)), ""},
		{"运单", "", jpegOf(t, photo(8, 8)), ""},
		{"waybill no. 12", "application/octet-stream", jpegOf(t, photo(8, 8)), ""},
		{"waybill", "application/x-www-form-urlencoded", jpegOf(t, photo(8, 8)), ""},
		{"waybill.v2", "nonsense", jpegOf(t, photo(8, 8)), ""},
		{"waybill.jpg", "", []byte(pdf), "picture.not_what_it_says"},
		{"waybill.pdf", "", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"waybill.png", "", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"photo.jpg.exe", "", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"photo.SVG", "", pngOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"photo", "image/png", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"photo", "text/html; charset=utf-8", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"photo", "application/pdf", jpegOf(t, photo(8, 8)), "picture.not_what_it_says"},
		{"scan.pdf", "application/x-pdf", []byte(pdf), ""},
		{"photo.jpg", "image/jpeg", []byte("\x00\x00\x00\x18ftypheic"), "picture.kind_heic"},
		{"photo.png", "", []byte("<svg/>"), "picture.kind_svg"},
	} {
		_, err := NewIntake().Take(t.Context(), File{Name: c.name, Type: c.media, Content: bytes.NewReader(c.content), Size: int64(len(c.content))})
		if key(err) != c.want {
			t.Errorf("%q as %q: %v, want %q", c.name, c.media, err, c.want)
		}
	}
}

func TestTooManyBytesAreNotRead(t *testing.T) {
	t.Parallel()
	_, err := NewIntake().Take(t.Context(), File{Size: MaxSize + 1}) // reading nothing would panic
	if key(err) != "picture.too_large" {
		t.Error(err)
	}
	file := append(jpegOf(t, photo(8, 8)), make([]byte, MaxSize)...)
	if _, err := NewIntake().Take(t.Context(), File{Content: bytes.NewReader(file), Size: 5}); key(err) != "picture.too_large" {
		t.Errorf("a size that is not true: %v", err)
	}
}

// TestWaitingEndsWithTheContext: two sit, a third waits; a large one needs the room alone.
func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := NewIntake()
		leave := make([]func(), 0, seats)
		for range seats {
			l, err := in.enter(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, l)
		}
		ctx, cancel := context.WithCancel(t.Context())
		entered := 0
		done := make(chan error)
		for _, pixels := range []int{1, largeOne} {
			go func() {
				l, err := in.enter(ctx, pixels)
				if err == nil {
					entered++
					l()
				}
				done <- err
			}()
		}
		synctest.Wait()
		leave[0]()
		synctest.Wait() // one seat: the small one may have had it, the large one not
		if entered > 1 {
			t.Errorf("%d entered", entered)
		}
		cancel()
		failed := 0
		for range 2 {
			if err := <-done; err != nil {
				failed++
			}
		}
		leave[1]()
		if failed < 1 || len(in.free) != 0 || len(in.door) != 0 {
			t.Errorf("%d failed, %d seats taken, door %d", failed, len(in.free), len(in.door))
		}
		all, err := in.enter(t.Context(), largeOne)
		if err != nil || len(in.free) != seats {
			t.Errorf("%d seats (%v)", len(in.free), err)
		}
		all()
	})
}

func TestWorkStopsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	file := jpegOf(t, photo(400, 300))
	_, err := NewIntake().Take(ctx, File{Content: bytes.NewReader(file), Size: int64(len(file))})
	if !errs.Is(err, errs.Unavailable) {
		t.Error(err)
	}
	if _, err := decode(ctx, JPEG, file); !errs.Is(err, errs.Unavailable) {
		t.Error(err)
	}
	if _, err := shrink(ctx, photo(5000, 40), 100); err == nil {
		t.Error("a picture was made smaller for nobody")
	}
}

func TestAPanicOfADecoderIsADamagedFile(t *testing.T) {
	t.Parallel()
	err := func() (err error) {
		defer rescue(&err)
		panic("index out of range")
	}()
	if key(err) != "picture.broken" || !strings.Contains(err.Error(), "index out of range") {
		t.Error(err)
	}
}

// FuzzTake feeds anything to the entry: what is kept is small, decodes again and
// has the size it says; what is refused is refused for a reason we know.
func FuzzTake(f *testing.F) {
	for _, file := range [][]byte{
		jpegOf(f, photo(20, 10)), pngOf(f, photo(20, 10)), webpOf(20, 10, color.NRGBA{1, 2, 3, 4}), []byte(pdf), []byte("<svg>"),
		withSegments(jpegOf(f, photo(20, 10)), segment(app1, append([]byte("Exif\x00\x00"), exifWith(binary.LittleEndian, 6)...))),
		withChunk(pngOf(f, photo(20, 10)), "eXIf", exifWith(binary.BigEndian, 3)),
		webpOf(20, 10, color.NRGBA{1, 2, 3, 255}, chunk("EXIF", exifWith(binary.BigEndian, 8))),
	} {
		f.Add("name.jpg", "image/jpeg", file)
		f.Add("", "", file)
	}
	f.Fuzz(func(t *testing.T, name, media string, file []byte) {
		if c, err := config(PNG, bytes.NewReader(file)); err == nil && c.Width*c.Height > 1<<20 {
			t.Skip() // large ones are slow and not different
		}
		k, err := NewIntake().Take(t.Context(), File{Name: name, Type: media, Content: bytes.NewReader(file), Size: int64(len(file))})
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				t.Errorf("refused as our own fault: %v", err)
			}
			return
		}
		if k.Type == PDF {
			return
		}
		m := pixels(t, k.Content)
		if m.Bounds().Dx() != k.Width || m.Bounds().Dy() != k.Height || max(k.Width, k.Height) > MaxKept || len(k.Content) > MaxSize {
			t.Errorf("%v, %d×%d said, %d bytes", m.Bounds(), k.Width, k.Height, len(k.Content))
		}
		if b := pixels(t, k.Thumbnail).Bounds(); max(b.Dx(), b.Dy()) > Thumbnail {
			t.Errorf("thumbnail %v", b)
		}
	})
}

func FuzzOrientation(f *testing.F) {
	f.Add(exifWith(binary.BigEndian, 6))
	f.Add(withSegments(jpegOf(f, photo(20, 10)), segment(app1, append([]byte("Exif\x00\x00"), exifWith(binary.LittleEndian, 6)...))))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, turn := range []int{orientationOf(b), orientation(JPEG, b), orientation(PNG, b), orientation(WebP, b)} {
			if turn < 1 || turn > 8 {
				t.Errorf("orientation %d", turn)
			}
		}
		moves(WebP, b)
		moves(PNG, b)
	})
}

// BenchmarkLargestPhoto takes a photo of 40 megapixels.
func BenchmarkLargestPhoto(b *testing.B) {
	file := jpegOf(b, photo(8000, 5000))
	b.ReportAllocs()
	for b.Loop() {
		must(b, file)
	}
}
