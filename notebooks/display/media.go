package display

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"reflect"
	"time"

	"cahier/ops"
)

// AudioOptions says how [Audio] makes and plays sound. The zero value shows a
// player that waits to be started.
type AudioOptions struct {
	// Rate is the number of samples in a second; needed for samples, not used
	// for files.
	Rate int
	// Autoplay starts at once where the browser allows it, Loop starts again
	// at the end.
	Autoplay, Loop bool
	// Raw takes samples from -1 to 1 as they are, and cuts off what is beyond.
	// Without it they are scaled such that the loudest is 1, as far as they
	// exceed it.
	Raw bool
}

// A sound or a film that is part of the notebook may take this many bytes.
const embedLimit = mediaLimit / 4 * 3 // before base64

// kinds are the files that browsers play.
var kinds = []struct {
	at          int
	start       string
	mime, name  string
	sound, film bool
}{
	{8, "WAVE", "audio/wav", "WAV", true, false},
	{0, "ID3", "audio/mpeg", "MP3", true, false},
	{0, "\xff\xfb", "audio/mpeg", "MP3", true, false},
	{0, "\xff\xf3", "audio/mpeg", "MP3", true, false},
	{0, "\xff\xf2", "audio/mpeg", "MP3", true, false},
	{0, "fLaC", "audio/flac", "FLAC", true, false},
	{4, "ftypM4A", "audio/mp4", "M4A", true, false},
	{4, "ftyp", "video/mp4", "MP4", true, true},
	{0, "\x1a\x45\xdf\xa3", "video/webm", "WebM", true, true},
	{0, "OggS", "video/ogg", "Ogg", true, true},
}

// Audio shows a player of sound, which is kept in the notebook. src is the
// bytes of a WAV, MP3, FLAC, Ogg, M4A or WebM file, the name of such a file,
// which is read at once, or samples with a Rate in the options: []float64,
// []float32 and whatever else has a number kind, or a tensor [samples], and for
// more channels [][]float64 or a tensor [channels samples]. Samples become a WAV
// file of 16 bits; integers of 16 bits ([]int16) are taken as they are. It panics
// with an [*Error] if src is none of these, if the rate is not from 1 to 768000, or
// if the file is larger than 48 MiB.
func Audio(src any, options ...AudioOptions) Data {
	var o AudioOptions
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(&Error{Func: "Audio", Got: fmt.Sprintf("%d options", len(options)), Want: "one AudioOptions at most"})
	}
	file, name := fileOf("Audio", src)
	if file == nil {
		file = waveOf(src, o)
	}
	mime, kind := played("Audio", file, name, false)
	text := kind + " sound, " + bytesText(len(file))
	if d := waveLength(file); d != "" {
		text = d
	}
	attributes := "controls"
	if o.Autoplay {
		attributes += " autoplay"
	}
	if o.Loop {
		attributes += " loop"
	}
	return player(fmt.Sprintf(`<audio %s src="data:%s;base64,%s"></audio>`, attributes, mime, base64.StdEncoding.EncodeToString(file)), text)
}

// VideoOptions says how [Video] plays. The zero value shows a player in the
// film's own size that waits to be started.
type VideoOptions struct {
	// Width and Height are the size on the screen in CSS pixels; 0 leaves it
	// to the film, in the proportion of the other one.
	Width, Height int
	// Autoplay starts at once, without sound, Loop starts again at the end.
	Autoplay, Loop bool
}

// Video shows a player of a film, which is kept in the notebook: the bytes of an
// MP4, WebM or Ogg file or the name of one, which is read at once. It panics
// with an [*Error] if src is none of these or larger than 48 MiB.
func Video(src any, options ...VideoOptions) Data {
	var o VideoOptions
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(&Error{Func: "Video", Got: fmt.Sprintf("%d options", len(options)), Want: "one VideoOptions at most"})
	}
	if o.Width < 0 || o.Height < 0 {
		panic(&Error{Func: "Video", Got: fmt.Sprintf("%d x %d", o.Width, o.Height), Want: "a size of 0 or more"})
	}
	file, name := fileOf("Video", src)
	if file == nil {
		panic(&Error{Func: "Video", Got: fmt.Sprintf("a %T", src), Want: "the bytes of a film's file, or its name"})
	}
	mime, kind := played("Video", file, name, true)
	attributes := "controls"
	if o.Width > 0 {
		attributes += fmt.Sprintf(` width="%d"`, o.Width)
	}
	if o.Height > 0 {
		attributes += fmt.Sprintf(` height="%d"`, o.Height)
	}
	if o.Autoplay {
		attributes += " autoplay muted"
	}
	if o.Loop {
		attributes += " loop"
	}
	return player(fmt.Sprintf(`<video %s src="data:%s;base64,%s"></video>`, attributes, mime, base64.StdEncoding.EncodeToString(file)),
		kind+" film, "+bytesText(len(file)))
}

func player(page, text string) Data {
	return Data{MIME: map[string]any{textHTML: page, textPlain: text}}
}

// fileOf returns the content of a file that is given by its bytes or its name;
// nil if src is neither.
func fileOf(function string, src any) (file []byte, name string) {
	switch x := src.(type) {
	case []byte:
		if x == nil {
			x = []byte{}
		}
		return x, "bytes"
	case string:
		if info, err := os.Stat(x); err == nil && info.Size() > embedLimit {
			tooLarge(function, info.Size())
		}
		file, err := os.ReadFile(x)
		if err != nil {
			panic(&Error{Func: function, Got: fmt.Sprintf("%q", shorten(x, 200)), Want: "a file that can be read", Err: err})
		}
		return file, x
	}
	return nil, ""
}

func tooLarge(function string, size int64) {
	panic(&Error{Func: function, Got: fmt.Sprintf("%d bytes", size), Want: fmt.Sprintf("at most %s, which the notebook can keep; display.File links to what is larger", bytesText(embedLimit))})
}

// played finds what kind of file it is, by its content.
func played(function string, file []byte, name string, film bool) (mime, kind string) {
	if len(file) > embedLimit {
		tooLarge(function, int64(len(file)))
	}
	want := "a WAV, MP3, FLAC, Ogg, M4A or WebM file"
	if film {
		want = "an MP4, WebM or Ogg file"
	}
	for _, k := range kinds {
		if len(file) >= k.at+len(k.start) && string(file[k.at:k.at+len(k.start)]) == k.start && (film && k.film || !film && k.sound) {
			return k.mime, k.name
		}
	}
	panic(&Error{Func: function, Got: fmt.Sprintf("%d bytes of something else (%s)", len(file), shorten(name, 200)), Want: want})
}

// waveOf makes a WAV file of samples.
func waveOf(src any, o AudioOptions) []byte {
	const want = "the bytes or the name of a sound file, or samples: []float64, [][]float64, or a tensor [samples] or [channels samples]"
	var channels [][]float64
	raw := o.Raw
	if t, ok := src.(*ops.Tensor); ok {
		if t == nil || t.Rank() < 1 || t.Rank() > 2 {
			panic(&Error{Func: "Audio", Got: "a tensor of another rank", Want: want})
		}
		if t.Rank() == 1 {
			t = t.Reshape(1, t.Len())
		}
		all, n := t.Float64s(), t.Size(1)
		for c := range t.Size(0) {
			channels = append(channels, all[c*n:(c+1)*n])
		}
	} else {
		v := reflect.ValueOf(src)
		if !v.IsValid() || v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
			panic(&Error{Func: "Audio", Got: fmt.Sprintf("a %T", src), Want: want})
		}
		nested := v.Type().Elem().Kind() == reflect.Slice || v.Type().Elem().Kind() == reflect.Array
		if !nested {
			one := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
			one.Index(0).Set(v)
			v = one
		}
		for c := range v.Len() {
			samples, integer := samplesOf(v.Index(c))
			if samples == nil {
				panic(&Error{Func: "Audio", Got: fmt.Sprintf("a %T", src), Want: want})
			}
			raw = raw || integer
			channels = append(channels, samples)
		}
	}
	if o.Rate < 1 || o.Rate > 768000 {
		panic(&Error{Func: "Audio", Got: fmt.Sprintf("samples with Rate %d", o.Rate), Want: "a Rate of 1 to 768000 samples in a second, such as display.AudioOptions{Rate: 44100}"})
	}
	if len(channels) == 0 || len(channels[0]) == 0 || len(channels) > 32 {
		panic(&Error{Func: "Audio", Got: fmt.Sprintf("%d channels without or with samples", len(channels)), Want: "1 to 32 channels with at least one sample"})
	}
	n := len(channels[0])
	loudest := 1.0
	for c, list := range channels {
		if len(list) != n {
			panic(&Error{Func: "Audio", Got: fmt.Sprintf("%d samples in channel %d and %d in channel 0", len(list), c, n), Want: "channels of one length"})
		}
		for i, x := range list {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				panic(&Error{Func: "Audio", Got: fmt.Sprintf("%v as sample %d", x, i), Want: "finite samples"})
			}
			loudest = max(loudest, math.Abs(x))
		}
	}
	if raw {
		loudest = 1
	}
	if size := int64(n) * int64(len(channels)) * 2; size > embedLimit-44 {
		tooLarge("Audio", size)
	}
	return wave(channels, o.Rate, loudest)
}

// samplesOf reads numbers of any kind; integer says that they were integers
// of 16 bits, which are scaled to -1 to 1.
func samplesOf(v reflect.Value) (list []float64, integer bool) {
	list = make([]float64, v.Len())
	integer = v.Type().Elem().Kind() == reflect.Int16
	for i := range list {
		switch e := v.Index(i); {
		case integer:
			list[i] = float64(e.Int()) / 32767
		case e.CanFloat():
			list[i] = e.Float()
		case e.CanInt():
			list[i] = float64(e.Int())
		default:
			return nil, false
		}
	}
	return list, integer
}

// wave writes samples as a WAV file of 16 bits (RIFF, format tag 1).
func wave(channels [][]float64, rate int, loudest float64) []byte {
	n, k := len(channels[0]), len(channels)
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF")
	b.Write(le.AppendUint32(nil, uint32(36+2*n*k)))
	b.WriteString("WAVEfmt ")
	head := le.AppendUint32(nil, 16)
	head = le.AppendUint16(head, 1)
	head = le.AppendUint16(head, uint16(k))
	head = le.AppendUint32(head, uint32(rate))
	head = le.AppendUint32(head, uint32(rate*k*2))
	head = le.AppendUint16(head, uint16(k*2))
	head = le.AppendUint16(head, 16)
	b.Write(head)
	b.WriteString("data")
	b.Write(le.AppendUint32(nil, uint32(2*n*k)))
	samples := make([]byte, 0, 2*n*k)
	for i := range n {
		for _, list := range channels {
			x := min(max(list[i]/loudest, -1), 1)
			samples = le.AppendUint16(samples, uint16(int16(math.Round(x*32767))))
		}
	}
	b.Write(samples)
	return b.Bytes()
}

// waveLength describes a WAV file by its header; empty if it has another form.
func waveLength(file []byte) string {
	if len(file) < 44 || string(file[8:16]) != "WAVEfmt " || string(file[36:40]) != "data" {
		return ""
	}
	le := binary.LittleEndian
	channels, rate, each := le.Uint16(file[22:]), le.Uint32(file[24:]), le.Uint32(file[28:])
	if each == 0 {
		return ""
	}
	long := time.Duration(float64(le.Uint32(file[40:])) / float64(each) * float64(time.Second))
	return fmt.Sprintf("WAV sound, %v, %d Hz, %s", long.Round(time.Millisecond), rate, counted(int(channels), "channel"))
}
