package dev.keywright.app.operation;

import dev.keywright.expert.artifact.Artifact;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.deploy.Bytes;
import dev.keywright.ops.deploy.Deployer;
import dev.keywright.ops.deploy.Deployment;
import dev.keywright.ops.deploy.Product;
import dev.keywright.ops.deploy.TextFile;
import dev.keywright.ops.persistence.Persistence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the files that run a topology: configuration, units, containers, and how to operate it. Any number of threads. */
public final class Deploy {

    /**
     * Absent: the topology's usual value.
     *
     * @param folder where the files go
     * @param topology standalone, replica, sentinel or cluster
     * @param maxmemory a size such as {@code 2gb}
     * @param persistence none, rdb, aof-everysec, aof-always or rdb+aof
     * @param product such as {@code redis-7.4}
     * @param silence seconds after which a primary that says nothing counts as dead
     * @param hosts machines to spread the servers over; none: this one
     * @param force write into a folder that is not empty
     */
    public record Request(
            Path folder,
            String topology,
            Optional<String> name,
            Optional<Integer> shards,
            Optional<Integer> replicas,
            Optional<Integer> sentinels,
            Optional<Integer> port,
            Optional<String> maxmemory,
            Optional<String> eviction,
            Optional<String> persistence,
            Optional<String> product,
            Optional<Integer> silence,
            boolean tls,
            List<String> hosts,
            boolean force) {}

    /** @param files below the folder, in the order they are worth reading */
    public record Result(String folder, String name, String topology, List<String> files) {}

    /**
     * @throws UserError when the folder is not empty
     * @throws OpsException when such a deployment cannot be; lists all that is wrong
     */
    public Result run(Request request) {
        Deployment deployment = deployment(request);
        Path folder = request.folder();
        if (!request.force() && !isEmpty(folder)) {
            throw new UserError(folder + " is not empty. Give another folder, or --force to write into it.");
        }
        List<String> before = Files.isRegularFile(folder.resolve(Deployment.FILE))
                ? paths(Deployer.files(Deployment.read(folder)))
                : List.of();
        List<TextFile> files = Deployer.files(deployment);
        new OutputFolder(folder, true)
                .write(files.stream()
                        .map(file -> new Artifact(file.path(), file.text()))
                        .toList());
        List<String> now = paths(files);
        before.stream().filter(path -> !now.contains(path)).forEach(path -> delete(folder.resolve(path)));
        return new Result(folder.toString(), deployment.name(), request.topology(), now);
    }

    private static Deployment deployment(Request request) {
        Deployment.Draft draft = Deployment.of(topology(request.topology()));
        request.name().ifPresent(draft::name);
        request.shards().ifPresent(draft::shards);
        request.replicas().ifPresent(draft::replicas);
        request.sentinels().ifPresent(draft::sentinels);
        request.port().ifPresent(draft::port);
        request.maxmemory().map(Bytes::parse).ifPresent(draft::maxmemoryBytes);
        request.eviction().ifPresent(draft::eviction);
        request.persistence().map(Persistence::of).ifPresent(draft::persistence);
        request.product().map(Product::of).ifPresent(draft::product);
        request.silence().ifPresent(draft::silenceSeconds);
        return draft.tls(request.tls()).hosts(request.hosts()).build();
    }

    private static Deployment.Topology topology(String name) {
        return Arrays.stream(Deployment.Topology.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new OpsException(
                        "There is no topology " + name + ". Give standalone, replica, sentinel or cluster."));
    }

    private static List<String> paths(List<TextFile> files) {
        return files.stream().map(TextFile::path).toList();
    }

    private static boolean isEmpty(Path folder) {
        if (!Files.isDirectory(folder)) {
            return !Files.exists(folder);
        }
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UserError(folder + " cannot be read (" + e.getMessage() + "). Give another folder.", e);
        }
    }

    private static void delete(Path stale) {
        try {
            Files.deleteIfExists(stale);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
