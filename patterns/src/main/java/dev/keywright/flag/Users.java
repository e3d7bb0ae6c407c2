package dev.keywright.flag;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Users as they are written and asked for: numbers from 0 on, or any other text. A number is the same user as its decimal digits. */
final class Users {

    /** In place of a number. */
    static final long NO_NUMBER = -1;

    /** How many bits of a number tell the users of one page apart. */
    static final int PAGE_BITS = 16;

    private static final int MOST_DIGITS = 19;
    private static final int NAME_PAGES = 64;
    private static final int LONGEST_NAME = 1_000; // every process holds it

    private Users() {}

    /** The number that is written so, without sign and zeros before it, or {@link #NO_NUMBER}. */
    static long number(String user) {
        int length = user.length();
        if (length == 0 || length > MOST_DIGITS || length > 1 && user.charAt(0) == '0') {
            return NO_NUMBER;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            int digit = user.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            number = number * 10 + digit;
        }
        return number < 0 ? NO_NUMBER : number; // what has 19 digits may be too much, and is a text then
    }

    static long pageOf(long number) {
        return number >>> PAGE_BITS;
    }

    static int placeOf(long number) {
        return (int) number & (1 << PAGE_BITS) - 1;
    }

    /** Pages of names are counted down from -1. */
    static long pageOfName(long digest) {
        return -1 - (digest & NAME_PAGES - 1);
    }

    static String checked(String user) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("The user is empty; give a number from 0 on, or a text");
        }
        if (user.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "The user has " + user.length() + " letters; give " + LONGEST_NAME + " at most");
        }
        if (!UTF_8.newEncoder().canEncode(user)) {
            throw new IllegalArgumentException("The user is not Unicode: it has half a surrogate pair; give a text");
        }
        return user;
    }
}
