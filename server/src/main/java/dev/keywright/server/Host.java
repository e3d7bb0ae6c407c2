package dev.keywright.server;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What of this machine decides which binary runs and where it is kept. */
record Host(
        Map<String, String> environment, String home, String temp, String user, String system, String architecture) {

    static Host here() {
        return new Host(
                System.getenv(),
                System.getProperty("user.home", ""),
                System.getProperty("java.io.tmpdir"),
                System.getProperty("user.name", ""),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""));
    }

    /** As the embedded binaries are named, {@code linux-amd64}; empty for a platform without one. */
    Optional<String> platform() {
        String name = system.toLowerCase(Locale.ROOT);
        String machine = architecture.toLowerCase(Locale.ROOT);
        boolean amd64 = machine.equals("amd64") || machine.equals("x86_64");
        boolean arm64 = machine.equals("aarch64") || machine.equals("arm64");
        boolean x86 = machine.matches("x86|i[3-6]86");
        if (name.contains("linux")) {
            return amd64
                    ? Optional.of("linux-amd64")
                    : arm64 ? Optional.of("linux-arm64") : x86 ? Optional.of("linux-386") : Optional.empty();
        }
        if (name.contains("mac") || name.contains("darwin")) {
            return amd64 ? Optional.of("darwin-amd64") : arm64 ? Optional.of("darwin-arm64") : Optional.empty();
        }
        return Optional.empty();
    }

    /** {@code XDG_CACHE_HOME} where it is absolute, as its rules want, else {@code .cache} in the home; empty without a home. */
    Optional<Path> cache() {
        String chosen = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (chosen.startsWith("/")) {
            return Optional.of(Path.of(chosen));
        }
        return home.startsWith("/") ? Optional.of(Path.of(home, ".cache")) : Optional.empty();
    }
}
