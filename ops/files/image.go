package files

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"cahier/ops"
)

// ImageOptions are those of the functions for images.
type ImageOptions struct {
	// Channels is 1 (gray), 3 (red, green, blue), 4 (and opacity), or 0: as
	// many as the image has. Fewer channels than the image has leave out
	// opacity, and make gray of colours as JPEG does (ITU-R BT.601).
	Channels int
	// Last puts the channels last: [H W C] in place of [C H W].
	Last bool
	// Float gives Float32 from 0 to 1 in place of Uint8, with all of the 16
	// bits that a PNG may have.
	Float bool
	// Quality of a JPEG, from 1 to 100; 0 means 90.
	Quality int
	// MaxPixels is what an image may have when it is read; 0 means 4 million,
	// or 1000 for each byte of the file if that is more.
	MaxPixels int64
}

const freePixels = 4 << 20

// ReadImage reads a PNG, a JPEG or the first picture of a GIF: Uint8
// [C H W], unless the options say otherwise. Colours are as the file has them:
// gamma, colour profiles and the orientation of cameras are not looked at.
func ReadImage(name string, options ...ImageOptions) (*ops.Tensor, error) {
	f, size, err := open(name)
	if err != nil {
		return nil, within("ReadImage", name, err)
	}
	defer f.Close()
	t, err := DecodeImage(f, size, options...)
	return t, within("ReadImage", name, err)
}

// DecodeImage is [ReadImage] for what is not a file: size bytes.
func DecodeImage(r io.ReaderAt, size int64, options ...ImageOptions) (*ops.Tensor, error) {
	o, err := imageOptions(options)
	if err != nil {
		return nil, err
	}
	all := func() io.Reader { return io.NewSectionReader(r, 0, size) }
	// The decoders take memory for what the file declares.
	config, format, err := decodeConfig(all())
	if err != nil {
		return nil, err
	}
	limit := o.MaxPixels
	if limit == 0 {
		limit = max(freePixels, min(size, 1<<40)*1000)
	}
	if w, h := int64(config.Width), int64(config.Height); w <= 0 || h <= 0 || w > limit/h {
		return nil, fmt.Errorf("declares an image of %d × %d pixels, want 1 to %d: if you trust the file, MaxPixels allows more", w, h, limit)
	}
	var img image.Image
	switch format {
	case "png":
		img, err = png.Decode(all())
	case "jpeg":
		img, err = jpeg.Decode(all())
	default:
		img, err = gif.Decode(all())
	}
	if err != nil {
		return nil, err
	}
	if screen := image.Rect(0, 0, config.Width, config.Height); img.Bounds() != screen {
		// A GIF's picture may be smaller than the screen that it is on.
		whole := image.NewNRGBA(screen)
		draw.Draw(whole, img.Bounds(), img, img.Bounds().Min, draw.Src)
		img = whole
	}
	return FromImage(img, options...)
}

// decodeConfig tells the three formats apart by their first bytes; package
// image would ask every format that the program has registered.
func decodeConfig(r io.Reader) (image.Config, string, error) {
	head := make([]byte, 8)
	n, err := io.ReadFull(r, head)
	if err != nil && n < 3 {
		return image.Config{}, "", errors.New("is too short for an image")
	}
	head = head[:n]
	back := io.MultiReader(strings.NewReader(string(head)), r)
	var config image.Config
	format := ""
	switch {
	case strings.HasPrefix(string(head), "\x89PNG\r\n\x1a\n"):
		format = "png"
		config, err = png.DecodeConfig(back)
	case strings.HasPrefix(string(head), "\xff\xd8\xff"):
		format = "jpeg"
		config, err = jpeg.DecodeConfig(back)
	case strings.HasPrefix(string(head), "GIF8"):
		format = "gif"
		config, err = gif.DecodeConfig(back)
	default:
		return config, "", fmt.Errorf("begins with %q: want a PNG, a JPEG or a GIF", head)
	}
	return config, format, err
}

func imageOptions(options []ImageOptions) (ImageOptions, error) {
	o, err := one(options)
	if err != nil {
		return o, err
	}
	if o.Channels != 0 && o.Channels != 1 && o.Channels != 3 && o.Channels != 4 {
		return o, fmt.Errorf("the option Channels is %d, want 1, 3, 4, or 0 for as many as there are", o.Channels)
	}
	if o.Quality < 0 || o.Quality > 100 {
		return o, fmt.Errorf("the option Quality is %d, want 1 to 100, or 0 for 90", o.Quality)
	}
	if o.MaxPixels < 0 {
		return o, fmt.Errorf("the option MaxPixels is %d, want 0 or more", o.MaxPixels)
	}
	return o, nil
}

// FromImage makes a tensor of an image; see [ReadImage].
func FromImage(img image.Image, options ...ImageOptions) (*ops.Tensor, error) {
	o, err := imageOptions(options)
	if err != nil {
		return nil, err
	}
	if img == nil {
		return nil, errors.New("the image is nil")
	}
	bounds := img.Bounds()
	h, w := bounds.Dy(), bounds.Dx()
	channels := o.Channels
	if channels == 0 {
		channels = channelsOf(img)
	}
	if o.Float {
		v := pixels(img, h, w, channels, o.Last, func(c uint16) float32 { return float32(float64(c) / 0xffff) })
		return ops.Wrap32(v, o.shape(h, w, channels)...), nil
	}
	v := pixels(img, h, w, channels, o.Last, func(c uint16) uint8 { return uint8(c >> 8) })
	return ops.WrapUint8(v, o.shape(h, w, channels)...), nil
}

func (o ImageOptions) shape(h, w, channels int) []int {
	if o.Last {
		return []int{h, w, channels}
	}
	return []int{channels, h, w}
}

// channelsOf is the number of channels that an image needs.
func channelsOf(img image.Image) int {
	switch img.ColorModel() {
	case color.GrayModel, color.Gray16Model:
		return 1
	}
	if opaque, ok := img.(interface{ Opaque() bool }); ok && !opaque.Opaque() {
		return 4
	}
	return 3
}

// pixels lays out the channels of all pixels.
func pixels[T any](img image.Image, h, w, channels int, last bool, convert func(c uint16) T) []T {
	out := make([]T, h*w*channels)
	b := img.Bounds()
	step, next := h*w, 1 // from channel to channel, from pixel to pixel
	if last {
		step, next = 1, channels
	}
	for y := range h {
		for x := range w {
			p := (y*w + x) * next
			c := straight(img, b.Min.X+x, b.Min.Y+y)
			if channels == 1 {
				out[p] = convert(gray(c))
				continue
			}
			for i, v := range []uint16{c.R, c.G, c.B, c.A}[:channels] {
				out[p+i*step] = convert(v)
			}
		}
	}
	return out
}

// straight is a pixel whose colours are not multiplied by its opacity. Those
// that are stored so are taken as they are: the way through color.Color loses
// what is not opaque.
func straight(img image.Image, x, y int) color.NRGBA64 {
	switch m := img.(type) {
	case *image.NRGBA:
		c := m.NRGBAAt(x, y)
		return color.NRGBA64{R: uint16(c.R) * 0x101, G: uint16(c.G) * 0x101, B: uint16(c.B) * 0x101, A: uint16(c.A) * 0x101}
	case *image.NRGBA64:
		return m.NRGBA64At(x, y)
	case *image.Paletted:
		if c, ok := m.At(x, y).(color.NRGBA); ok {
			return color.NRGBA64{R: uint16(c.R) * 0x101, G: uint16(c.G) * 0x101, B: uint16(c.B) * 0x101, A: uint16(c.A) * 0x101}
		}
	}
	return color.NRGBA64Model.Convert(img.At(x, y)).(color.NRGBA64)
}

// gray is the luminance of ITU-R BT.601. Gray stays what it is.
func gray(c color.NRGBA64) uint16 {
	return uint16((19595*uint64(c.R) + 38470*uint64(c.G) + 7471*uint64(c.B) + 1<<15) >> 16)
}

// ToImage makes an image of a tensor [C H W], [H W C] with Last, or [H W]:
// Uint8, or a floating-point type from 0 to 1, of which what lies beyond is cut
// off. One channel is gray, three are colours, four colours and opacity.
func ToImage(t *ops.Tensor, options ...ImageOptions) (image.Image, error) {
	o, err := imageOptions(options)
	if err != nil {
		return nil, err
	}
	if err := usable(t); err != nil {
		return nil, fmt.Errorf("the tensor %w", err)
	}
	if t.Rank() == 2 {
		axis := 0
		if o.Last {
			axis = 2
		}
		t = t.Unsqueeze(axis)
	}
	shape := t.Shape()
	if len(shape) != 3 {
		return nil, fmt.Errorf("the tensor has shape %v, want [C H W], [H W C] with Last, or [H W]", shape)
	}
	if !o.Last {
		t = t.Permute(1, 2, 0)
	}
	h, w, channels := t.Size(0), t.Size(1), t.Size(2)
	if channels != 1 && channels != 3 && channels != 4 || h == 0 || w == 0 {
		hint := ""
		if last := shape[2]; !o.Last && (last == 1 || last == 3 || last == 4) {
			hint = ": with Last the channels are the last axis"
		}
		return nil, fmt.Errorf("the tensor has shape %v, %d channels of %d × %d pixels: want 1, 3 or 4 channels and some pixels%s", shape, channels, h, w, hint)
	}
	var v []uint8
	switch {
	case t.DType() == ops.Uint8:
		v = t.Uint8s()
	case t.DType().IsFloat():
		for _, f := range t.Float64s() {
			if f != f {
				return nil, errors.New("the tensor holds NaN, which is no brightness")
			}
			v = append(v, uint8(min(max(f, 0), 1)*255+0.5))
		}
	default:
		return nil, fmt.Errorf("the tensor is %v, want Uint8, or Float32 or Float64 from 0 to 1", t.DType())
	}
	bounds := image.Rect(0, 0, w, h)
	if channels == 1 {
		return &image.Gray{Pix: v, Stride: w, Rect: bounds}, nil
	}
	img := image.NewNRGBA(bounds)
	for p := range h * w {
		img.Pix[4*p+3] = 255
		copy(img.Pix[4*p:], v[p*channels:(p+1)*channels])
	}
	return img, nil
}

// WriteImage writes a tensor as a PNG, a JPEG or a GIF, as the name ends; see
// [ToImage] for what it may be. A JPEG is not what was written but close to it,
// and has no opacity; a GIF is exact for gray and for up to 256 colours, and
// dithered for more.
func WriteImage(name string, t *ops.Tensor, options ...ImageOptions) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")
	return within("WriteImage", name, writeFile(name, func(w io.Writer) error { return EncodeImage(w, format, t, options...) }))
}

// EncodeImage is [WriteImage] to a writer, in the format png, jpeg (or jpg) or
// gif.
func EncodeImage(w io.Writer, format string, t *ops.Tensor, options ...ImageOptions) error {
	img, err := ToImage(t, options...)
	if err != nil {
		return err
	}
	switch format {
	case "png":
		return png.Encode(w, img)
	case "jpeg", "jpg":
		o, _ := one(options)
		if o.Quality == 0 {
			o.Quality = 90
		}
		if n, ok := img.(*image.NRGBA); ok && !n.Opaque() {
			return errors.New("a JPEG has no opacity: leave out the fourth channel, or write a PNG")
		}
		return jpeg.Encode(w, img, &jpeg.Options{Quality: o.Quality})
	case "gif":
		if size := img.Bounds().Size(); size.X > 0xffff || size.Y > 0xffff {
			return fmt.Errorf("a GIF has at most %d pixels on a side", 0xffff)
		}
		exact, err := paletted(img)
		if err != nil {
			return err
		}
		if exact != nil {
			return gif.Encode(w, exact, nil)
		}
		return gif.Encode(w, img, nil)
	}
	return fmt.Errorf("the format %q is none of png, jpeg and gif", format)
}

// paletted is the image with a palette of its own colours, nil if there are
// more than 256 of them.
func paletted(img image.Image) (*image.Paletted, error) {
	places := map[color.NRGBA]uint8{}
	p := image.NewPaletted(img.Bounds(), nil)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A == 0 {
				c = color.NRGBA{} // a GIF knows one transparent colour
			} else if c.A != 255 {
				return nil, errors.New("a pixel of a GIF is opaque or not there, and nothing between: write a PNG")
			}
			i, known := places[c]
			if !known {
				if len(p.Palette) == 256 {
					return nil, nil
				}
				i = uint8(len(p.Palette))
				places[c] = i
				p.Palette = append(p.Palette, c)
			}
			p.SetColorIndex(x, y, i)
		}
	}
	return p, nil
}
