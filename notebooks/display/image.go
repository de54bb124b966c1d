package display

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"

	"cahier/ops"
)

// ImageOptions says how [Image] shows a picture. The zero value shows it as it
// is.
type ImageOptions struct {
	// Scale draws every pixel, or element of a tensor, as a square of
	// Scale x Scale pixels. 0 means 1, for a tensor a scale that makes the
	// picture about 320 pixels wide. Files stay as they are.
	Scale int
	// Colors says how the elements of a tensor become colours.
	Colors Colors
	// Width and Height are the size on the screen in CSS pixels; 0 leaves it
	// to the front end.
	Width, Height int
}

// maxPixels bounds a picture made here: 64 megapixels.
const maxPixels = 64 << 20

// Image shows a picture: an image.Image; the bytes of a PNG, JPEG, GIF, WebP or
// SVG file, or the name of such a file, which is read at once; or an
// *ops.Tensor, of which [H W] is one picture, [C H W] a grid of C pictures, one
// for each channel, and [N C H W] a grid of N rows and C columns, all with the
// same scale of colours. It panics with an [*Error] if src is none of them, if
// the file cannot be read, or if more than one ImageOptions is given.
func Image(src any, options ...ImageOptions) Data {
	var o ImageOptions
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(&Error{Func: "Image", Got: fmt.Sprintf("%d options", len(options)), Want: "one ImageOptions at most"})
	}
	if o.Scale < 0 || o.Width < 0 || o.Height < 0 {
		panic(&Error{Func: "Image", Got: fmt.Sprintf("%+v", o), Want: "sizes of 0 or more"})
	}
	d, mime := imageData(src, o)
	size := map[string]any{}
	if o.Width > 0 {
		size["width"] = o.Width
	}
	if o.Height > 0 {
		size["height"] = o.Height
	}
	if len(size) > 0 {
		d.Metadata = map[string]any{mime: size}
	}
	return d
}

func imageData(src any, o ImageOptions) (d Data, mime string) {
	const want = "an image.Image, an *ops.Tensor, the bytes of a picture file, or its name"
	switch x := src.(type) {
	case image.Image:
		return encode(x, max(o.Scale, 1)), imagePNG
	case *ops.Tensor:
		if x != nil {
			return tensorImage(x, o), imagePNG
		}
	case []byte:
		return pictureFile(x, "bytes")
	case string:
		file, err := os.ReadFile(x)
		if err != nil {
			panic(&Error{Func: "Image", Got: fmt.Sprintf("%q", x), Want: "a picture file that can be read", Err: err})
		}
		return pictureFile(file, x)
	}
	panic(&Error{Func: "Image", Got: fmt.Sprintf("a %T", src), Want: want})
}

// signatures are the first bytes of the picture files that front ends draw.
var signatures = []struct{ start, mime, name string }{
	{"\x89PNG\r\n\x1a\n", imagePNG, "PNG"},
	{"\xff\xd8\xff", imageJPEG, "JPEG"},
	{"GIF8", imageGIF, "GIF"},
	{"RIFF", imageWebP, "WebP"},
}

// pictureFile shows the content of a file by what it is, not by its name.
func pictureFile(file []byte, name string) (d Data, mime string) {
	for _, s := range signatures {
		switch {
		case !bytes.HasPrefix(file, []byte(s.start)), s.name == "WebP" && !bytes.HasPrefix(file[min(len(file), 8):], []byte("WEBP")):
			continue
		case s.mime == imagePNG:
			return PNG(file), s.mime
		case s.mime == imageJPEG:
			return JPEG(file), s.mime
		case s.mime == imageGIF:
			return GIF(file), s.mime
		}
		return WebP(file), s.mime
	}
	if bytes.Contains(file[:min(len(file), 1024)], []byte("<svg")) {
		return SVG(string(file)), imageSVG
	}
	panic(&Error{Func: "Image", Got: fmt.Sprintf("%d bytes of something else (%s)", len(file), name), Want: "a PNG, JPEG, GIF, WebP or SVG picture"})
}

// encode writes img as PNG, every pixel scale x scale times.
func encode(img image.Image, scale int) Data {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if b.Empty() {
		panic(&Error{Func: "Image", Got: "an image without pixels", Want: "at least one pixel"})
	}
	if w > maxPixels/scale/scale/h {
		panic(&Error{Func: "Image", Got: fmt.Sprintf("%d x %d pixels at scale %d", w, h, scale), Want: fmt.Sprintf("at most %d pixels", maxPixels)})
	}
	if scale > 1 {
		img = magnify(img, scale)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		panic(&Error{Func: "Image", Got: fmt.Sprintf("a %T", img), Want: "an image that PNG can hold", Err: err})
	}
	return picture(imagePNG, file.Bytes(), fmt.Sprintf("picture, %d x %d", w, h))
}

// magnify repeats every pixel; grey stays grey, so that the file stays small.
func magnify(img image.Image, scale int) image.Image {
	b := img.Bounds()
	r := image.Rect(0, 0, b.Dx()*scale, b.Dy()*scale)
	var dst draw.Image = image.NewNRGBA(r)
	if _, ok := img.(*image.Gray); ok {
		dst = image.NewGray(r)
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			square := image.Rect(x*scale, y*scale, (x+1)*scale, (y+1)*scale)
			draw.Draw(dst, square, image.NewUniform(img.At(b.Min.X+x, b.Min.Y+y)), image.Point{}, draw.Src)
		}
	}
	return dst
}
