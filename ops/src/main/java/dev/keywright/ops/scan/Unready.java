package dev.keywright.ops.scan;

import java.io.IOException;

/** The server answers and cannot serve just now. */
final class Unready extends IOException {
    Unready(String message) {
        super(message);
    }
}
