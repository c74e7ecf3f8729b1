namespace NfIpsec.Ike.Admin
{
    /// <summary>Lists of algorithms in order of preference.</summary>
    public static class Preference
    {
        /// <summary>The rows with one of them before all others; the list itself when that is so already, or it is not in it.</summary>
        public static int[] First(int[] rows, int row)
        {
            int place = 0;
            while (place < rows.Length && rows[place] != row)
            {
                place++;
            }
            if (place == 0 || place == rows.Length)
            {
                return rows;
            }
            int[] ordered = new int[rows.Length];
            ordered[0] = row;
            System.Array.Copy(rows, 0, ordered, 1, place);
            System.Array.Copy(rows, place + 1, ordered, place + 1, rows.Length - place - 1);
            return ordered;
        }
    }
}
