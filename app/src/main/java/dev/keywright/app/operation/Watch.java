package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.watch.AlertRules;
import dev.keywright.ops.watch.Dashboard;
import dev.keywright.ops.watch.Exporter;
import dev.keywright.ops.watch.Sample;
import dev.keywright.ops.watch.View;
import dev.keywright.ops.watch.WatchedDesign;
import dev.keywright.ops.watch.Watcher;
import dev.keywright.server.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at running servers again and again, for people or for Prometheus; writes alerts and a dashboard for them. Changes nothing. */
public final class Watch {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Pattern MEMORY = Pattern.compile("(\\d+)([kmg]?)(b?)", Pattern.CASE_INSENSITIVE);

    /**
     * @param uri any server, or Sentinels; all servers it leads to are watched
     * @param every time from look to look
     * @param count how often to tell; 0: until the process ends
     */
    public record Request(String uri, Duration every, long count) {}

    /** Where Prometheus shall find the figures; port 0 for any free one. */
    public record Address(String host, int port) {}

    /**
     * What alerts are for.
     *
     * @param target the folder of a design or deployment, or the URI of servers that run
     * @param name of the deployment, as its figures are exported; absent: that of the folder, or the URI without user and password
     * @param role what the servers are for; empty to judge by their eviction policy
     */
    public record Watched(String target, Optional<String> name, Optional<Role> role) {}

    /** The files that were written. */
    public record Written(List<Path> files) {}

    /** The part of {@code design.json} that only matters here. */
    private record Design(Understood understood) {}

    private record Understood(Map<String, Double> quantities) {}

    /** Tells what two looks after each other show. */
    public void run(Request request, Consumer<View> page) {
        try (Watcher watcher = Watcher.open(request.uri())) {
            Duration patience = request.every().compareTo(PATIENCE) < 0 ? request.every() : PATIENCE;
            Sample before = watcher.sample(PATIENCE);
            for (long told = 0; request.count() == 0 || told < request.count(); told++) {
                if (!rest(request.every())) {
                    return;
                }
                Sample now = watcher.sample(patience);
                page.accept(View.between(before, now));
                before = now;
            }
        }
    }

    /**
     * Exports for Prometheus, also while nobody answers yet.
     *
     * @param name the label {@code deployment} of every figure; absent: the URI without user and password
     * @param url is told where, once somebody listens there
     */
    public void export(Request request, Optional<String> name, Address address, Consumer<String> url) {
        CountDownLatch left = new CountDownLatch((int) Math.max(1, request.count()));
        Consumer<Sample> count = request.count() == 0 ? sample -> {} : sample -> left.countDown();
        Watcher watcher = Watcher.patient(request.uri());
        try (Exporter exporter = Exporter.start(
                watcher, name.orElse(watcher.toString()), address.host(), address.port(), request.every(), count)) {
            url.accept(exporter.url());
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watcher.close();
        }
    }

    /** Waits so long; false, and at once, when the thread was interrupted. */
    private static boolean rest(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return true;
    }

    /** Writes alert rules of Prometheus and a dashboard of Grafana into a folder. */
    public Written alerts(Watched watched, Path folder) {
        WatchedDesign found = watched.target().contains("://")
                ? running(watched.target(), watched.role())
                : designed(folder(watched.target()), watched.role());
        WatchedDesign design = watched.name().map(found::named).orElse(found);
        Path alerts = folder.resolve("keywright-alerts.yaml");
        Path dashboard = folder.resolve("keywright-dashboard.json");
        try {
            Files.createDirectories(folder);
            Files.writeString(alerts, AlertRules.yaml(design));
            Files.writeString(dashboard, Dashboard.json(design));
        } catch (IOException e) {
            throw new UserError(
                    "Nothing could be written into " + folder + " (" + e + "). Choose another folder with --alerts.",
                    e);
        }
        return new Written(List.of(alerts, dashboard));
    }

    private static WatchedDesign running(String uri, Optional<Role> role) {
        try (Watcher watcher = Watcher.open(uri)) {
            return WatchedDesign.of(watcher.sample(PATIENCE), role);
        }
    }

    private static Path folder(String target) {
        try {
            Path folder = Path.of(target);
            if (Files.isDirectory(folder)) {
                return folder;
            }
        } catch (InvalidPathException e) {
            throw new UserError("\"" + target + "\" is neither a folder nor a URI. Give redis://host:port.", e);
        }
        throw new UserError("There is no folder " + target
                + ". Give one that keywright \"<task>\" or keywright deploy wrote, or redis://host:port.");
    }

    private static WatchedDesign designed(Path folder, Optional<Role> role) {
        DesignFolder design = DesignFolder.read(folder);
        Topology topology = design.topology().orElse(Topology.STANDALONE);
        Map<String, String> directives = design.directives();
        boolean evicts = directives.getOrDefault("maxmemory-policy", "").startsWith("allkeys");
        String save = directives.getOrDefault("save", "").replace("\"", "");
        return new WatchedDesign(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                topology.name().toLowerCase(Locale.ROOT),
                role.orElse(evicts ? Role.CACHE : Role.STORE),
                design.shards().orElse(topology == Topology.CLUSTER ? 3 : 1),
                design.replicas().orElse(usualReplicas(topology)),
                memory(directives.getOrDefault("maxmemory", "0")),
                rate(folder),
                !save.isBlank(),
                directives.getOrDefault("appendonly", "no").equals("yes"));
    }

    /** As {@code keywright up} starts them. */
    private static int usualReplicas(Topology topology) {
        return switch (topology) {
            case STANDALONE, INDEPENDENT -> 0;
            case REPLICA, CLUSTER -> 1;
            case SENTINEL -> 2;
        };
    }

    private static OptionalDouble rate(Path folder) {
        Path file = folder.resolve("design.json");
        if (!Files.isRegularFile(file)) {
            return OptionalDouble.empty();
        }
        Double rate =
                Document.read(file, Design.class).understood().quantities().get("rate_per_second");
        return rate == null || rate <= 0 ? OptionalDouble.empty() : OptionalDouble.of(rate);
    }

    private static OptionalLong memory(String text) {
        Matcher amount = MEMORY.matcher(text);
        if (!amount.matches() || amount.group(1).equals("0")) {
            return OptionalLong.empty();
        }
        long base = amount.group(3).isEmpty() ? 1000 : 1024;
        long unit = switch (amount.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> base;
            case "m" -> base * base;
            case "g" -> base * base * base;
            default -> 1;
        };
        return OptionalLong.of(Long.parseLong(amount.group(1)) * unit);
    }
}
