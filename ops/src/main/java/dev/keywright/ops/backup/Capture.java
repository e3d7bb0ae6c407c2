package dev.keywright.ops.backup;

import java.io.Closeable;
import java.io.IOException;

/** One way to get a server's data as an RDB file. */
interface Capture extends StoredFile.Feed, Closeable {

    /**
     * Returns when the snapshot has been taken, before the first byte of it.
     *
     * @throws Wire.Refused when the server does not give its data away this way
     */
    void begin() throws IOException;

    Manifest.Way way();

    /** The history the data belong to, and the point in it. */
    String replicationId();

    long offset();

    @Override
    void close();
}
