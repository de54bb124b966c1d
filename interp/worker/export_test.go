package worker

// Sinks is how many outputs the supervisor keeps for its child.
func (s *Supervisor) Sinks() int {
	p, err := s.current()
	if err != nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.sinks)
}
