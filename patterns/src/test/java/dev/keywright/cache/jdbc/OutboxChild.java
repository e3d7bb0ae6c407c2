package dev.keywright.cache.jdbc;

import dev.keywright.Keywright;
import dev.keywright.cache.Cache;
import dev.keywright.codec.Codecs;
import dev.keywright.codec.KeyCodec;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that commits a change of "ann" and never comes to invalidate it. Arguments: URI of Redis, URL of the database. */
final class OutboxChild {

    private OutboxChild() {}

    public static void main(String[] arguments) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(arguments[1]);
        source.setUser("keywright");
        try (Keywright kw = Keywright.connect(arguments[0]);
                Cache<String, String> names =
                        kw.cache("name", KeyCodec.STRING, Codecs.string()).build();
                InvalidationOutbox outbox = InvalidationOutbox.in(source)
                        .cache("name", names, KeyCodec.STRING)
                        .build();
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            outbox.on(connection).key(names, "ann");
            connection.commit();
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
                    .println("committed");
            int unused = System.in.read();
        }
    }
}
