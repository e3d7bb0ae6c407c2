package dev.keywright.expert.evidence;

/** Nothing could or may be measured there; the message says what, where and what to do, and carries no password. */
public final class EvidenceException extends RuntimeException {

    public EvidenceException(String message) {
        super(message);
    }

    public EvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
