package wire

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func ptr[T any](v T) *T { return &v }

// Each content with its JSON on the wire, in both directions.
var contents = []struct {
	content Content
	want    string
}{
	{&ExecuteRequest{Code: "1 < 2", StoreHistory: true, StopOnError: true, UserExpressions: map[string]string{"a": "b"}},
		`{"code":"1 < 2","silent":false,"store_history":true,"user_expressions":{"a":"b"},"allow_stdin":false,"stop_on_error":true}`},
	{&ExecuteReply{Outcome: Ok, ExecutionCount: 3, Payload: List[Object]{{"source": "page"}}, UserExpressions: map[string]*Evaluated{
		"a": {Outcome: Ok, Data: Object{"text/plain": "1"}, Metadata: Object{}}}},
		`{"status":"ok","execution_count":3,"payload":[{"source":"page"}],"user_expressions":{"a":{"status":"ok","data":{"text/plain":"1"},"metadata":{}}}}`},
	{&ExecuteReply{Outcome: Failed("E", "v", []string{"t"}), ExecutionCount: 3},
		`{"status":"error","ename":"E","evalue":"v","traceback":["t"],"execution_count":3}`},
	{&ExecuteReply{Outcome: Outcome{Status: StatusAborted}}, `{"status":"aborted"}`},
	{&InspectRequest{Code: "a", CursorPos: 1, DetailLevel: 1}, `{"code":"a","cursor_pos":1,"detail_level":1}`},
	{&InspectReply{Outcome: Ok, Found: true, Data: Object{"text/plain": "x"}, Metadata: Object{}}, `{"status":"ok","found":true,"data":{"text/plain":"x"},"metadata":{}}`},
	{&InspectReply{Outcome: Failed("E", "v", []string{"t"})}, `{"status":"error","ename":"E","evalue":"v","traceback":["t"]}`},
	{&CompleteRequest{Code: "a", CursorPos: 1}, `{"code":"a","cursor_pos":1}`},
	{&CompleteReply{Outcome: Ok, Matches: List[string]{"ab"}, CursorStart: 0, CursorEnd: 1, Metadata: Object{}}, `{"status":"ok","matches":["ab"],"cursor_start":0,"cursor_end":1,"metadata":{}}`},
	{&IsCompleteRequest{Code: "a"}, `{"code":"a"}`},
	{&IsCompleteReply{Status: "incomplete", Indent: "\t"}, `{"status":"incomplete","indent":"\t"}`},
	{&IsCompleteReply{Status: "complete"}, `{"status":"complete"}`},
	{&HistoryRequest{HistAccessType: "range", Session: -1, Start: 2, Stop: ptr(5), N: ptr(7), Raw: true}, `{"output":false,"raw":true,"hist_access_type":"range","session":-1,"start":2,"stop":5,"n":7,"pattern":"","unique":false}`},
	{&HistoryReply{Outcome: Ok, History: List[HistoryEntry]{
		{Session: 1, Line: 2, Input: "a"}, {Session: 1, Line: 3, Input: "b", Paired: true}, {Session: 1, Line: 4, Input: "c", Output: ptr("d"), Paired: true}}},
		`{"status":"ok","history":[[1,2,"a"],[1,3,["b",null]],[1,4,["c","d"]]]}`},
	{&ConnectRequest{}, `{}`},
	{&ConnectReply{Outcome: Ok, ShellPort: 1, IOPubPort: 2, StdinPort: 3, HBPort: 4, ControlPort: 5}, `{"status":"ok","shell_port":1,"iopub_port":2,"stdin_port":3,"hb_port":4,"control_port":5}`},
	{&CommInfoRequest{TargetName: "t"}, `{"target_name":"t"}`},
	{&CommInfoReply{Outcome: Ok, Comms: map[string]CommInfo{"c": {TargetName: "t"}}}, `{"status":"ok","comms":{"c":{"target_name":"t"}}}`},
	{&KernelInfoRequest{}, `{}`},
	{&KernelInfoReply{Outcome: Ok, ProtocolVersion: "5.5", Implementation: "i", ImplementationVersion: "1", Banner: "b",
		LanguageInfo: LanguageInfo{Name: "go", Version: "1", MIMEType: "text/x-go", FileExtension: ".go", PygmentsLexer: "go", CodeMirrorMode: "go", NBConvertExporter: "script"},
		HelpLinks:    List[HelpLink]{{"t", "u"}}, SupportedFeatures: List[string]{}},
		`{"status":"ok","protocol_version":"5.5","implementation":"i","implementation_version":"1","language_info":{"name":"go","version":"1","mimetype":"text/x-go","file_extension":".go","pygments_lexer":"go","codemirror_mode":"go","nbconvert_exporter":"script"},"banner":"b","help_links":[{"text":"t","url":"u"}],"supported_features":[],"debugger":false}`},
	{&ShutdownRequest{Restart: true}, `{"restart":true}`},
	{&ShutdownReply{Outcome: Ok, Restart: true}, `{"status":"ok","restart":true}`},
	{&InterruptRequest{}, `{}`},
	{&InterruptReply{Outcome: Ok}, `{"status":"ok"}`},
	{&DebugRequest{Seq: 1, Type: "request", Command: "attach", Arguments: json.RawMessage(`{"a":1}`)}, `{"seq":1,"type":"request","command":"attach","arguments":{"a":1}}`},
	{&DebugReply{Seq: 1, Type: "response", RequestSeq: 2, Success: true, Command: "c", Body: json.RawMessage(`{}`)}, `{"seq":1,"type":"response","request_seq":2,"success":true,"command":"c","body":{}}`},
	{&DebugEvent{Seq: 1, Type: "event", Event: "stopped"}, `{"seq":1,"type":"event","event":"stopped"}`},
	{&UsageRequest{}, `{}`},
	{&UsageReply{Outcome: Ok, Hostname: "h", PID: 1, KernelCPU: ptr(1.5), KernelMemory: ptr(uint64(5)), CPUCount: 2, HostCPUPercent: ptr(2.5),
		HostVirtualMemory: &VirtualMemory{Total: 1, Available: 2, Percent: 3, Used: 4, Free: 5}},
		`{"status":"ok","hostname":"h","pid":1,"kernel_cpu":1.5,"kernel_memory":5,"cpu_count":2,"host_cpu_percent":2.5,"host_virtual_memory":{"total":1,"available":2,"percent":3,"used":4,"free":5}}`},
	{&CreateSubshellRequest{}, `{}`},
	{&CreateSubshellReply{Outcome: Ok, SubshellID: "s"}, `{"status":"ok","subshell_id":"s"}`},
	{&DeleteSubshellRequest{SubshellID: "s"}, `{"subshell_id":"s"}`},
	{&DeleteSubshellReply{Outcome: Ok}, `{"status":"ok"}`},
	{&ListSubshellRequest{}, `{}`},
	{&ListSubshellReply{Outcome: Ok, SubshellID: List[string]{"s"}}, `{"status":"ok","subshell_id":["s"]}`},
	{&InputRequest{Prompt: "p", Password: true}, `{"prompt":"p","password":true}`},
	{&InputReply{Value: "v"}, `{"value":"v"}`},
	{&CommOpen{CommID: "c", TargetName: "t", Data: json.RawMessage(`{"a":[1]}`)}, `{"comm_id":"c","target_name":"t","data":{"a":[1]}}`},
	{&CommMsg{CommID: "c", Data: json.RawMessage(`{}`)}, `{"comm_id":"c","data":{}}`},
	{&CommClose{CommID: "c", Data: json.RawMessage(`{}`)}, `{"comm_id":"c","data":{}}`},
	{&IOPubWelcome{Subscription: ""}, `{"subscription":""}`},
	{&Status{ExecutionState: Busy}, `{"execution_state":"busy"}`},
	{&ExecuteInput{Code: "c", ExecutionCount: 1}, `{"code":"c","execution_count":1}`},
	{&Stream{Name: "stdout", Text: "<&>é\u2028"}, `{"name":"stdout","text":"<&>é\u2028"}`},
	{&DisplayData{Data: Object{"application/json": map[string]any{"a": json.Number("1.0")}}, Metadata: Object{}, Transient: Transient{DisplayID: "d"}},
		`{"data":{"application/json":{"a":1.0}},"metadata":{},"transient":{"display_id":"d"}}`},
	{&UpdateDisplayData{Data: Object{}, Metadata: Object{}, Transient: Transient{DisplayID: "d"}}, `{"data":{},"metadata":{},"transient":{"display_id":"d"}}`},
	{&ExecuteResult{ExecutionCount: 1, Data: Object{"text/plain": "1"}, Metadata: Object{}}, `{"execution_count":1,"data":{"text/plain":"1"},"metadata":{},"transient":{}}`},
	{&Error{EName: "E", EValue: "v", Traceback: List[string]{}}, `{"ename":"E","evalue":"v","traceback":[]}`},
	{&ClearOutput{Wait: true}, `{"wait":true}`},
	{&Unknown{Name: "owner_request", Raw: json.RawMessage(`{"a":1}`)}, `{"a":1}`},
}

func TestContentsBothWays(t *testing.T) {
	a, b := newSession(t, "k"), newSession(t, "k")
	for _, c := range contents {
		name := c.content.MsgType()
		f, err := a.Encode(a.New(c.content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// Stream text may be escaped in more than one way; what counts is the value.
		if got := string(f[5]); got != c.want && !sameJSON(t, got, c.want) {
			t.Errorf("%s is written\n %s, want\n %s", name, got, c.want)
		} else if name != TypeStream && got != c.want {
			t.Errorf("%s has its fields in another order:\n %s, want\n %s", name, got, c.want)
		}
		m, err := b.Decode(f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Type() != name || !reflect.DeepEqual(m.Content, c.content) {
			t.Errorf("%s comes back as\n %#v, want\n %#v", name, m.Content, c.content)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return reflect.DeepEqual(x, y)
}

// Every type has a struct and a test case, so a misspelt name is noticed.
func TestEveryTypeIsCovered(t *testing.T) {
	have := map[string]bool{}
	for _, c := range contents {
		have[c.content.MsgType()] = true
	}
	for name := range have {
		c := newContent(name)
		if c.MsgType() != name {
			t.Errorf("newContent(%q) is for %q", name, c.MsgType())
		}
		if _, unknown := c.(*Unknown); unknown != (name == "owner_request") {
			t.Errorf("%s has no struct", name)
		}
		if req, ok := strings.CutSuffix(name, "_request"); ok && name != "owner_request" && !have[req+"_reply"] {
			t.Errorf("%s has no reply", name)
		}
	}
	if len(have) != 46 {
		t.Errorf("%d message types are covered, want the protocol's 45 and an unknown one", len(have))
	}
}

// Nothing that the protocol calls an object or a list is ever null, also when
// the sender left it out.
func TestZeroContentsHaveNoNull(t *testing.T) {
	s := newSession(t, "k")
	for _, c := range contents {
		fresh := newContent(c.content.MsgType())
		for _, status := range []string{StatusOk, StatusError, StatusAborted} {
			if o := reflect.ValueOf(fresh).Elem().FieldByName("Outcome"); o.IsValid() {
				o.Set(reflect.ValueOf(Outcome{Status: status}))
			}
			f, err := s.Encode(s.New(fresh))
			if err != nil {
				t.Errorf("%s: %v", c.content.MsgType(), err)
				continue
			}
			var got map[string]any
			if err := json.Unmarshal(f[5], &got); err != nil {
				t.Fatal(err)
			}
			for k, v := range got {
				if v == nil && k != "stop" && k != "n" && k != "codemirror_mode" {
					t.Errorf("%s with status %q: %s is null in %s", c.content.MsgType(), status, k, f[5])
				}
			}
			if _, ok := got["traceback"].([]any); status == StatusError && got["status"] == StatusError && c.content.MsgType() != TypeIsCompleteReply && !ok {
				t.Errorf("%s: an error reply without a traceback list: %s", c.content.MsgType(), f[5])
			}
		}
	}
}

func TestExecuteRequestDefaults(t *testing.T) {
	for text, want := range map[string]ExecuteRequest{
		`{}`:                                   {StoreHistory: true, StopOnError: true},
		`{"code":"x"}`:                         {Code: "x", StoreHistory: true, StopOnError: true},
		`{"silent":true}`:                      {Silent: true, StopOnError: true},
		`{"silent":true,"store_history":true}`: {Silent: true, StopOnError: true},
		`{"store_history":false,"stop_on_error":false}`:         {},
		`{"allow_stdin":true,"store_history":null,"x":[1,2,3]}`: {AllowStdin: true, StoreHistory: true, StopOnError: true},
		`{"user_expressions":null,"user_variables":[]}`:         {StoreHistory: true, StopOnError: true},
	} {
		var got ExecuteRequest
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Errorf("%s: %v", text, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %+v, want %+v", text, got, want)
		}
	}
}

func TestChannelNames(t *testing.T) {
	for c, want := range map[Channel]string{Shell: "shell", IOPub: "iopub", Stdin: "stdin", Control: "control", Heartbeat: "hb", 9: "channel?"} {
		if c.String() != want {
			t.Errorf("channel %d is %q, want %q", c, c, want)
		}
	}
}

func TestErrorReply(t *testing.T) {
	o := Failed("E", "why", []string{"t"})
	for _, c := range contents {
		name, ok := strings.CutSuffix(c.content.MsgType(), "_request")
		if !ok || name == "owner" || name == "input" {
			if got := ErrorReply(c.content.MsgType(), o); got != nil {
				t.Errorf("%s is answered by %#v, want nothing", c.content.MsgType(), got)
			}
			continue
		}
		got := ErrorReply(c.content.MsgType(), o)
		if got == nil || got.MsgType() != name+"_reply" {
			t.Errorf("%s_request is answered by %#v", name, got)
			continue
		}
		b, err := marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"is_complete": `{"status":"unknown"}`,
			"debug":       `{"seq":0,"type":"response","request_seq":0,"success":false,"command":"","message":"why"}`,
			"execute":     `{"status":"error","ename":"E","evalue":"why","traceback":["t"],"execution_count":0}`,
		}[name]
		if want == "" {
			want = `{"status":"error","ename":"E","evalue":"why","traceback":["t"]}`
		}
		if string(b) != want {
			t.Errorf("%s_reply is %s, want %s", name, b, want)
		}
	}
}
