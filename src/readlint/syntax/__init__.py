"""The screen: parse a file once, walk it once, hand each node to the rules that asked for it."""
