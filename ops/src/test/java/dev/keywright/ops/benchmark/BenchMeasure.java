package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the throughput of {@code redis-benchmark} with ours, by turns, against one server on this machine: 50 clients, 100,000 keys,
 * SET and GET of 3 bytes, pipelines of 1 and 16. Arguments: the path of redis-benchmark, pairs of rounds (default 5), seconds per round
 * (default 2). Takes about 8 x pairs x seconds.
 */
final class BenchMeasure {

    private static final int KEYS = 100_000;
    private static final int CLIENTS = 50;
    private static final Pattern RATE = Pattern.compile("\"(?:SET|GET)\",\"([0-9.]+)\"");

    private BenchMeasure() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String peer = args[0];
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 2;
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        try (Standalone server = Standalone.start()) {
            for (int pipeline : new int[] {1, 16}) {
                for (String command : List.of("set", "get")) {
                    compare(out, peer, server, command, pipeline, pairs, seconds);
                }
            }
        }
    }

    private static void compare(
            PrintWriter out, String peer, Standalone server, String command, int pipeline, int pairs, double seconds)
            throws IOException, InterruptedException {
        List<Double> theirs = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        double[] ratios = new double[pairs];
        double rate = ofPeer(peer, server, command, pipeline, 50_000L * pipeline);
        for (int pair = 0; pair < pairs; pair++) {
            if (pair % 2 == 0) {
                theirs.add(ofPeer(peer, server, command, pipeline, (long) (rate * seconds)));
                ours.add(ofOurs(server, command, pipeline, seconds));
            } else {
                ours.add(ofOurs(server, command, pipeline, seconds));
                theirs.add(ofPeer(peer, server, command, pipeline, (long) (rate * seconds)));
            }
            ratios[pair] = ours.get(pair) / theirs.get(pair);
        }
        Arrays.sort(ratios);
        out.println(String.format(
                Locale.ROOT,
                "%s -P %d: ratio median %.3f (%.3f to %.3f); redis-benchmark best %.0f, ours best %.0f operations/s",
                command,
                pipeline,
                Comparison.median(ratios),
                ratios[0],
                ratios[pairs - 1],
                theirs.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                ours.stream().mapToDouble(Double::doubleValue).max().orElse(0)));
    }

    private static double ofPeer(String peer, Standalone server, String command, int pipeline, long requests)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        peer,
                        "-p",
                        Integer.toString(server.port()),
                        "-c",
                        Integer.toString(CLIENTS),
                        "-n",
                        Long.toString(requests),
                        "-r",
                        Integer.toString(KEYS),
                        "-P",
                        Integer.toString(pipeline),
                        "-t",
                        command,
                        "--csv")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        Matcher rate = RATE.matcher(text);
        if (!rate.find()) {
            throw new IOException("redis-benchmark told no rate: " + text);
        }
        return Double.parseDouble(rate.group(1));
    }

    private static double ofOurs(Standalone server, String command, int pipeline, double seconds) {
        BenchOptions options = BenchOptions.DEFAULTS
                .withMix(Mix.parse(command))
                .withKeys(new KeyDistribution.Uniform(), KEYS)
                .withValues(new ValueSizes.Fixed(3))
                .withClients(CLIENTS, pipeline, 1)
                .withDuration(Duration.ofMillis((long) (seconds * 1000)), Duration.ofMillis(500));
        return Benchmark.run(server.uri(), options, step -> {}, new CountDownLatch(1))
                .throughput()
                .median();
    }
}
