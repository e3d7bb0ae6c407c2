package dev.keywright.expert.evidence;

/** A candidate cannot be measured; becomes a note. */
final class CandidateFailure extends RuntimeException {

    CandidateFailure(String message) {
        super(message);
    }
}
