package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Files that tools of HdrHistogram read: {@code seconds.hlog} with one tagged histogram per command and second, and {@code NAME.hgrm}
 * with the percentiles of each command. Nanoseconds in the log, milliseconds in the percentiles.
 */
final class HdrFiles implements AutoCloseable {

    private static final double NANOS = 1e6;
    private static final int STEPS = 5;

    private final Path folder;
    private final PrintStream stream;
    private final HistogramLogWriter log;

    HdrFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            stream = new PrintStream(
                    Files.newOutputStream(folder.resolve("seconds.hlog")), false, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw refused(e);
        }
        log = new HistogramLogWriter(stream);
        log.outputComment("[Latencies in nanoseconds, from when an operation was due]");
        log.outputLogFormatVersion();
        log.outputLegend();
    }

    void interval(String command, Histogram latencies) {
        if (latencies.getTotalCount() > 0) {
            latencies.setTag(name(command));
            log.outputIntervalHistogram(latencies);
            latencies.setTag(null);
        }
    }

    void percentiles(List<String> commands, List<Histogram> latencies) {
        for (int i = 0; i < commands.size(); i++) {
            try (PrintStream out = new PrintStream(
                    Files.newOutputStream(folder.resolve(name(commands.get(i)) + ".hgrm")),
                    false,
                    StandardCharsets.UTF_8)) {
                latencies.get(i).outputPercentileDistribution(out, STEPS, NANOS);
                requireWritten(out);
            } catch (IOException e) {
                throw refused(e);
            }
        }
    }

    private static String name(String command) {
        String name = command.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
        return name.substring(0, Math.min(60, name.length()));
    }

    private void requireWritten(PrintStream out) throws IOException {
        if (out.checkError()) {
            throw new IOException("the disk took not all of it");
        }
    }

    private OpsException refused(IOException e) {
        return new OpsException(
                folder + " could not be written (" + e + "). Free space there or choose another place.", e);
    }

    @Override
    public void close() {
        stream.flush();
        boolean failed = stream.checkError();
        stream.close();
        if (failed) {
            throw refused(new IOException("the disk took not all of it"));
        }
    }
}
