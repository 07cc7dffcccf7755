import { student } from "../../../lib/api";

export default async function Student({ params }) {
  const { roll } = await params;
  const found = await student(roll);
  return (
    <main>
      <h1>{found.name}</h1>
      <p>Roll number {found.rollNumber}</p>
    </main>
  );
}
