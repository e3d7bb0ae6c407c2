package dev.keywright.presence;

import dev.keywright.Keywright;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process with users online that is killed. Its first output says that all of them are. Arguments: URI, first user, users. */
final class PresenceChild {

    static final PresenceOptions OPTIONS =
            PresenceOptions.DEFAULTS.withTtl(Duration.ofSeconds(4)).withPartitions(2);

    private PresenceChild() {}

    public static void main(String[] arguments) throws IOException {
        try (Keywright kw = Keywright.connect(arguments[0])) {
            Presence presence = kw.presence("chaos", OPTIONS);
            int first = Integer.parseInt(arguments[1]);
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                OnlineSession unused = presence.online("user " + (first + i), "of " + first);
            }
            new FileOutputStream(FileDescriptor.out).write('!');
            int unused = System.in.read();
            presence.close();
        }
    }

    static Process start(String uri, int first, int users) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "-cp",
                        ManagementFactory.getRuntimeMXBean().getClassPath(),
                        PresenceChild.class.getName(),
                        uri,
                        Integer.toString(first),
                        Integer.toString(users)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
