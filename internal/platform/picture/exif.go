// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation returns how a picture has to be turned, 1 to 8 as EXIF counts; 1 is
// upright, and also what is said when nothing or nonsense is said.
func orientation(t Type, file []byte) int {
	var exif []byte
	switch t {
	case JPEG:
		exif = walkJPEG(file).exif
	case PNG:
		exif = exifOfPNG(file)
	case WebP:
		exif = exifOfWebP(file)
	case PDF:
	}
	return orientationOf(exif)
}

// orientationOf reads the first folder of a TIFF structure, which EXIF is.
func orientationOf(exif []byte) int {
	const (
		upright  = 1
		tag      = 0x0112
		entry    = 12 // bytes of an entry: tag, type, count, value
		shortInt = 3
	)
	if len(exif) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(exif[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return upright
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return upright
	}
	entries := exif[at+2:]
	for n := int(order.Uint16(exif[at:])); n > 0 && len(entries) >= entry; n-- {
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == shortInt {
			if turn := int(order.Uint16(entries[8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return upright
		}
		entries = entries[entry:]
	}
	return upright
}

// walked is what the markers of a JPEG say.
type walked struct {
	exif  []byte
	scans int
}

// The markers of a JPEG that matter here.
const (
	soi  = 0xd8
	eoi  = 0xd9
	sos  = 0xda
	app1 = 0xe1
	tem  = 0x01
	rst0 = 0xd0
	rst7 = 0xd7
)

// walkJPEG goes from marker to marker without decoding anything.
func walkJPEG(file []byte) (w walked) {
	for at := 0; ; {
		next := bytes.IndexByte(file[at:], 0xff)
		if next < 0 || at+next+1 >= len(file) {
			return w
		}
		at += next + 1
		marker := file[at]
		switch {
		case marker == 0xff: // fill: the marker comes later
			continue
		case marker == 0, marker == tem, marker == soi, marker >= rst0 && marker <= rst7:
			at++
			continue
		case marker == eoi || at+3 > len(file):
			return w
		}
		body := file[at+1:]
		length := int(binary.BigEndian.Uint16(body))
		if length < 2 || length > len(body) {
			return w
		}
		body = body[2:length]
		if marker == app1 && w.exif == nil && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			w.exif = body[6:]
		}
		if marker == sos {
			w.scans++
		}
		at += 1 + length
	}
}

// exifOfPNG returns the content of the chunk eXIf.
func exifOfPNG(file []byte) []byte {
	const frame = 12 // length, name and checksum of a chunk
	for rest := file[min(8, len(file)):]; len(rest) >= frame; {
		length := int64(binary.BigEndian.Uint32(rest))
		if length > int64(len(rest)-frame) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+length]
		}
		rest = rest[frame+length:]
	}
	return nil
}

// exifOfWebP returns the content of the chunk EXIF.
func exifOfWebP(file []byte) (exif []byte) {
	eachOfWebP(file, func(name string, body []byte) {
		if name == "EXIF" && exif == nil {
			exif = bytes.TrimPrefix(body, []byte("Exif\x00\x00")) // some programs write this before it
		}
	})
	return exif
}

// moves reports whether a WebP or PNG has more than one frame. Keeping the first
// of them would lose the others without a word.
func moves(t Type, file []byte) (found bool) {
	switch t {
	case WebP:
		eachOfWebP(file, func(name string, _ []byte) { found = found || name == "ANIM" || name == "ANMF" })
	case PNG:
		head, _, _ := bytes.Cut(file, []byte("IDAT")) // acTL stands before it
		return bytes.Contains(head, []byte("acTL"))
	case JPEG, PDF:
	}
	return found
}

// eachOfWebP calls fn for each chunk.
func eachOfWebP(file []byte, fn func(name string, body []byte)) {
	for rest := file[min(12, len(file)):]; len(rest) >= 8; {
		length := int64(binary.LittleEndian.Uint32(rest[4:]))
		if length > int64(len(rest)-8) {
			return
		}
		fn(string(rest[:4]), rest[8:8+length])
		rest = rest[min(int64(len(rest)), 8+length+length%2):]
	}
}
