package dev.keywright.ops.deploy;

import dev.keywright.ops.OpsException;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Proves configurations by starting the real server with them, on loopback, on a free port, in a temporary folder: address, paths,
 * TLS and the files that {@code secrets.sh} makes are ours, everything else is the file's. Every user is created on the server, too.
 * A proof takes some 50 ms for each file. Any number of threads.
 */
public final class ConfProof {

    /**
     * @param file whose configuration it is
     * @param ok whether the server came up with it, knew every directive and accepted every user
     * @param said what it answered: its version, or what it refused
     */
    public record Result(String file, boolean ok, String said) {}

    /** What belongs to the machine the file is for. */
    private static final Set<String> OF_THE_PLACE =
            Set.of("port", "aclfile", "replicaof", "cluster-port", "cluster-announce-ip", "replica-announce-ip");

    private static final int START_SECONDS = 20;
    private static final String WATCHER =
            "\"$@\" 3<&- & child=$!; (read -r end; kill -9 $child) <&3 > /dev/null 2>&1 & wait $child";

    private final Optional<Path> program;

    private ConfProof(Optional<Path> program) {
        this.program = program;
    }

    /** @param program the server to start; absent for the one {@link RedisBinary#find} finds */
    public static ConfProof with(Optional<Path> program) {
        return new ConfProof(program);
    }

    /** Proves the configuration of every process, and of a container, and the users. */
    public List<Result> prove(Deployment deployment) {
        Layout layout = Layout.of(deployment);
        List<Result> results = new ArrayList<>();
        for (TextFile file : Deployer.configurations(deployment, layout)) {
            results.add(
                    file.path().startsWith("sentinel-")
                            ? sentinel(file.path(), file.text())
                            : server(file.path(), file.text(), List.of()));
        }
        results.add(server("container/redis.conf", Containers.serverConf(deployment), deployment.users()));
        if (deployment.isWatched()) {
            results.add(sentinel("container/sentinel.conf", Containers.sentinelConf(deployment)));
        }
        return List.copyOf(results);
    }

    Result server(String file, String conf, List<User> users) {
        Map<String, String> directives = new LinkedHashMap<>();
        for (Setting setting : settings(conf)) {
            String name = setting.directive();
            if (!ServerOptions.isOurs(name) && !OF_THE_PLACE.contains(name) && !name.startsWith("tls-")) {
                directives.put(name, setting.value());
            }
        }
        ServerOptions options = ServerOptions.DEFAULTS.withDirectives(directives);
        try (Standalone server =
                Standalone.start(program.map(options::withBinary).orElse(options))) {
            for (User user : users) {
                List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user.name(), "on"));
                words.addAll(List.of(user.rules().split(" ")));
                server.command(words.toArray(String[]::new));
            }
            return new Result(file, true, "started with " + directives.size() + " directives");
        } catch (ServerException | IllegalArgumentException refused) {
            return new Result(file, false, String.valueOf(refused.getMessage()));
        }
    }

    /** A Sentinel tells its id in its log once it has taken its configuration. */
    Result sentinel(String file, String conf) {
        String binary = RedisBinary.find(program).path().toString();
        Path folder = null;
        try {
            folder = Files.createTempDirectory("keywright-proof-");
            Path ours = folder.resolve("sentinel.conf");
            Files.writeString(ours, sentinelHere(conf, folder));
            return started(file, binary, ours);
        } catch (IOException e) {
            throw new OpsException(file + " could not be tried: " + e.getMessage() + ". Free some space.", e);
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private static String sentinelHere(String conf, Path folder) {
        StringBuilder text = new StringBuilder("port 0\nunixsocket \"" + folder.resolve("s") + "\"\n");
        for (Setting setting : settings(conf)) {
            String name = setting.directive();
            if (name.equals("sentinel") && setting.value().startsWith("monitor ")) {
                String[] words = setting.value().split(" ");
                text.append("sentinel monitor " + words[1] + " 127.0.0.1 " + words[3] + " " + words[4] + "\n");
                text.append("sentinel auth-user " + words[1] + " sentinel\n");
                text.append("sentinel auth-pass " + words[1] + " none\nsentinel sentinel-pass none\n");
            } else if (name.equals("dir")) {
                text.append("dir \"").append(folder).append("\"\n");
            } else if (!Set.of("bind", "port", "include").contains(name) && !name.startsWith("tls-")) {
                text.append(name).append(' ').append(setting.value()).append('\n');
            }
        }
        return text.toString();
    }

    /** The shell ends the Sentinel when this JVM ends, however it ends: then the pipe it reads from closes. */
    private static Result started(String file, String binary, Path conf) throws IOException {
        Process shell = new ProcessBuilder(
                        "/bin/sh", "-c", "exec 3<&0; " + WATCHER, "sh", binary, conf.toString(), "--sentinel")
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader log = shell.inputReader(StandardCharsets.UTF_8)) {
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                lines.add(line);
                if (line.contains("Sentinel ID is")) {
                    return new Result(file, true, "started as a Sentinel");
                }
            }
        } finally {
            shell.getOutputStream().close();
            await(shell);
        }
        return new Result(file, false, String.join(" ", lines.subList(Math.max(0, lines.size() - 6), lines.size())));
    }

    private static void await(Process shell) {
        try {
            if (!shell.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
        } catch (InterruptedException e) {
            shell.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<Setting> settings(String conf) {
        return conf.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" ", 2))
                .map(words -> new Setting(words[0], words.length < 2 ? "" : words[1], ""))
                .toList();
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException gone) {
            // Then there is nothing to remove.
        }
    }
}
