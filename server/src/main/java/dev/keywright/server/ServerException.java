package dev.keywright.server;

/** A server could not be found, started or reached; the message says what, where and what to do. */
public final class ServerException extends RuntimeException {

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
