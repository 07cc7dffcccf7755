export default function Home() {
  return <h1>Parents and teachers, sign in with the number on the fee slip.</h1>;
}
