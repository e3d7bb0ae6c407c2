package dev.keywright.expert.workload;

/** What an answer has to be. */
public enum Kind {
    /** Something to build: structures, keys, commands, a server. */
    DESIGN,
    /** Something to know: an answer in the first sentence. */
    QUERY,
    /** Something to do on a server: steps in order. */
    OPS,
    /** Nothing this expert should answer. */
    REFUSAL
}
