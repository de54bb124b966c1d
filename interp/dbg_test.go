package interp
import ("testing";"os";"context";"fmt";"strings")
func TestDbg(t *testing.T){
 b,_:=os.ReadFile(os.Getenv("DBG"))
 s,_:=New(); var out recorder
 for i,c:=range strings.Split(string(b),"\n---\n") {
  r:=s.Execute(context.Background(),Cell{Code:c,Number:i+1},&out)
  if r.Err!=nil { fmt.Println("CELL",c); fmt.Println(r.Err.Name, strings.Join(r.Err.Traceback,"\n")) } 
 }
 fmt.Println(out.text())
}
