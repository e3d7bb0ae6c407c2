package dev.keywright.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the caller's in which the nodes of a topology lie, each in a folder named after its port. */
final class KeptFolder {

    private final Path folder;

    KeptFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    Path of(boolean sentinel, int port) {
        return folder.resolve(Seat.folderName(sentinel, port));
    }

    /**
     * The places an earlier start left here; none in a new or empty folder.
     *
     * @param title the first line of each configuration, which says what the nodes are part of
     */
    List<Seat> seats(int nodes, int sentinels, String title) {
        List<Seat> seats = new ArrayList<>(seats(false, 0));
        int found = seats.size();
        seats.addAll(seats(true, found));
        if (seats.isEmpty()) {
            return seats;
        }
        if (found != nodes || seats.size() - found != sentinels) {
            throw new ServerException("The folder holds " + count(found, seats.size() - found) + ", and "
                    + count(nodes, sentinels) + " were asked for (" + folder
                    + "). Ask for as many as there are, or name an empty folder.");
        }
        for (Seat seat : seats) {
            if (!seat.kept().contains(title)) {
                throw new ServerException(
                        "The folder holds nodes of something else: " + title + " is not what it says (" + seat.folder()
                                + "). Start what was there, or name an empty folder.");
            }
        }
        return seats;
    }

    private List<Seat> seats(boolean sentinel, int firstIndex) {
        String names = Seat.folderName(sentinel, 0).replace("0", "\\d+");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Integer> ports = entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches(names))
                    .map(name -> Integer.valueOf(name.replaceAll("\\D", "")))
                    .sorted()
                    .toList();
            List<Seat> seats = new ArrayList<>();
            for (int port : ports) {
                Path own = of(sentinel, port);
                Path configuration = own.resolve(ServerProcess.CONFIGURATION);
                List<String> kept = Files.exists(configuration) ? Files.readAllLines(configuration) : List.of();
                seats.add(new Seat(firstIndex + seats.size(), sentinel, port, own, kept));
            }
            return seats;
        } catch (IOException failure) {
            throw new ServerException(
                    "The folder cannot be read: " + failure.getMessage() + " (" + folder + "). Name another.", failure);
        }
    }

    private static String count(int nodes, int sentinels) {
        return nodes
                + (nodes == 1 ? " node" : " nodes")
                + (sentinels == 0 ? "" : " and " + sentinels + (sentinels == 1 ? " sentinel" : " sentinels"));
    }

    static void remove(Path tree) {
        try (Stream<Path> left = Files.walk(tree)) {
            left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException gone) {
            // Then there is nothing to remove.
        }
    }
}
