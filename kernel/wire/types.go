package wire

// The message types of the protocol. A request's reply has the same name with
// _reply.
const (
	TypeExecuteRequest        = "execute_request"
	TypeExecuteReply          = "execute_reply"
	TypeInspectRequest        = "inspect_request"
	TypeInspectReply          = "inspect_reply"
	TypeCompleteRequest       = "complete_request"
	TypeCompleteReply         = "complete_reply"
	TypeHistoryRequest        = "history_request"
	TypeHistoryReply          = "history_reply"
	TypeIsCompleteRequest     = "is_complete_request"
	TypeIsCompleteReply       = "is_complete_reply"
	TypeConnectRequest        = "connect_request"
	TypeConnectReply          = "connect_reply"
	TypeCommInfoRequest       = "comm_info_request"
	TypeCommInfoReply         = "comm_info_reply"
	TypeKernelInfoRequest     = "kernel_info_request"
	TypeKernelInfoReply       = "kernel_info_reply"
	TypeShutdownRequest       = "shutdown_request"
	TypeShutdownReply         = "shutdown_reply"
	TypeInterruptRequest      = "interrupt_request"
	TypeInterruptReply        = "interrupt_reply"
	TypeDebugRequest          = "debug_request"
	TypeDebugReply            = "debug_reply"
	TypeUsageRequest          = "usage_request"
	TypeUsageReply            = "usage_reply"
	TypeCreateSubshellRequest = "create_subshell_request"
	TypeCreateSubshellReply   = "create_subshell_reply"
	TypeDeleteSubshellRequest = "delete_subshell_request"
	TypeDeleteSubshellReply   = "delete_subshell_reply"
	TypeListSubshellRequest   = "list_subshell_request"
	TypeListSubshellReply     = "list_subshell_reply"
	TypeInputRequest          = "input_request"
	TypeInputReply            = "input_reply"
	TypeCommOpen              = "comm_open"
	TypeCommMsg               = "comm_msg"
	TypeCommClose             = "comm_close"
	TypeIOPubWelcome          = "iopub_welcome"
	TypeStatus                = "status"
	TypeExecuteInput          = "execute_input"
	TypeStream                = "stream"
	TypeDisplayData           = "display_data"
	TypeUpdateDisplayData     = "update_display_data"
	TypeExecuteResult         = "execute_result"
	TypeError                 = "error"
	TypeClearOutput           = "clear_output"
	TypeDebugEvent            = "debug_event"
)

// newContent makes an empty content for decoding.
func newContent(msgType string) Content {
	switch msgType {
	case TypeExecuteRequest:
		return new(ExecuteRequest)
	case TypeExecuteReply:
		return new(ExecuteReply)
	case TypeInspectRequest:
		return new(InspectRequest)
	case TypeInspectReply:
		return new(InspectReply)
	case TypeCompleteRequest:
		return new(CompleteRequest)
	case TypeCompleteReply:
		return new(CompleteReply)
	case TypeHistoryRequest:
		return new(HistoryRequest)
	case TypeHistoryReply:
		return new(HistoryReply)
	case TypeIsCompleteRequest:
		return new(IsCompleteRequest)
	case TypeIsCompleteReply:
		return new(IsCompleteReply)
	case TypeConnectRequest:
		return new(ConnectRequest)
	case TypeConnectReply:
		return new(ConnectReply)
	case TypeCommInfoRequest:
		return new(CommInfoRequest)
	case TypeCommInfoReply:
		return new(CommInfoReply)
	case TypeKernelInfoRequest:
		return new(KernelInfoRequest)
	case TypeKernelInfoReply:
		return new(KernelInfoReply)
	case TypeShutdownRequest:
		return new(ShutdownRequest)
	case TypeShutdownReply:
		return new(ShutdownReply)
	case TypeInterruptRequest:
		return new(InterruptRequest)
	case TypeInterruptReply:
		return new(InterruptReply)
	case TypeDebugRequest:
		return new(DebugRequest)
	case TypeDebugReply:
		return new(DebugReply)
	case TypeUsageRequest:
		return new(UsageRequest)
	case TypeUsageReply:
		return new(UsageReply)
	case TypeCreateSubshellRequest:
		return new(CreateSubshellRequest)
	case TypeCreateSubshellReply:
		return new(CreateSubshellReply)
	case TypeDeleteSubshellRequest:
		return new(DeleteSubshellRequest)
	case TypeDeleteSubshellReply:
		return new(DeleteSubshellReply)
	case TypeListSubshellRequest:
		return new(ListSubshellRequest)
	case TypeListSubshellReply:
		return new(ListSubshellReply)
	case TypeInputRequest:
		return new(InputRequest)
	case TypeInputReply:
		return new(InputReply)
	case TypeCommOpen:
		return new(CommOpen)
	case TypeCommMsg:
		return new(CommMsg)
	case TypeCommClose:
		return new(CommClose)
	case TypeIOPubWelcome:
		return new(IOPubWelcome)
	case TypeStatus:
		return new(Status)
	case TypeExecuteInput:
		return new(ExecuteInput)
	case TypeStream:
		return new(Stream)
	case TypeDisplayData:
		return new(DisplayData)
	case TypeUpdateDisplayData:
		return new(UpdateDisplayData)
	case TypeExecuteResult:
		return new(ExecuteResult)
	case TypeError:
		return new(Error)
	case TypeClearOutput:
		return new(ClearOutput)
	case TypeDebugEvent:
		return new(DebugEvent)
	}
	return &Unknown{Name: msgType}
}
